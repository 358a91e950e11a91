package io.doab.stream.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

import io.doab.stream.QueueDefinition;
import io.doab.stream.QueueSettings;
import io.doab.stream.StreamDefinition;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.QueueFigures;
import io.doab.stream.spi.QueueMember;
import io.doab.stream.spi.QueueRecord;
import io.doab.stream.spi.QueueSpec;
import io.doab.stream.spi.StreamBackend;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one consumer of a queue, on a thread of its own: joins, takes, and comes back
 * after every failure with a growing pause, saying so in its status. It ends when it is
 * stopped, or when an event's failure says so.
 */
final class QueueRunner {

	private static final Logger logger = LoggerFactory.getLogger(QueueRunner.class);

	private static final Duration TAKE_TIMEOUT = Duration.ofMillis(250);

	private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

	private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

	private final StreamBackend backend;

	private final StreamCatalog catalog;

	private final QueueRuntime runtime;

	private final CountDownLatch stopping = new CountDownLatch(1);

	/** What it reads and writes, dead letters included. */
	private final List<String> streams;

	private final BackendContact contact;

	private final Thread thread;

	private final AtomicLong redeliveries = new AtomicLong();

	private final AtomicLong released = new AtomicLong();

	/** What members before the present one counted. */
	private volatile QueueFigures before = new QueueFigures(0, 0, 0);

	private volatile @Nullable QueueMember member;

	private volatile @Nullable QueueWorkRunner works;

	/** Why an event's failure ended the consumer, or null. */
	private volatile @Nullable Exception stopCause;

	QueueRunner(StreamBackend backend, StreamCatalog catalog, QueueRuntime runtime) {
		this.backend = backend;
		this.catalog = catalog;
		this.runtime = runtime;
		this.streams = StreamCatalog.streamsOf(runtime.definition().inputs().keySet(), runtime.definition().outputs());
		this.contact = new BackendContact(runtime.name(), this.stopping);
		this.thread = Thread.ofPlatform().name("doab-" + runtime.name()).daemon(true).unstarted(this::run);
	}

	void start() {
		this.thread.start();
	}

	/** Gives back what nobody has begun with, waits for what runs, and leaves. */
	void stop() {
		this.stopping.countDown();
		QueueWorkRunner current = this.works;
		if (current != null) {
			current.stop();
		}
		try {
			if (!this.thread.join(STOP_LIMIT)) {
				logger.warn("{} did not stop within {}", this.runtime.name(), STOP_LIMIT);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	QueueStatus status() {
		QueueMember current = this.member;
		QueueFigures now = (current != null) ? current.figures() : new QueueFigures(0, 0, 0);
		Exception cause = this.stopCause;
		BackendContact.Condition condition = this.contact.condition();
		return new QueueStatus(this.runtime.name(), (cause != null) ? ProcessorStatus.State.FAILED : condition.state(),
				(cause != null) ? cause.toString() : condition.reason(), now.held(), this.redeliveries.get(),
				this.released.get(), this.before.lostDeliveries() + now.lostDeliveries(),
				this.before.droppedEvents() + now.droppedEvents());
	}

	private void run() {
		while (!isStopping()) {
			try {
				work();
			}
			catch (StreamException ex) {
				this.contact.failed(ex);
			}
			catch (RuntimeException | Error ex) {
				logger.error("{} met an error of its own and joins again", this.runtime.name(), ex);
				this.contact.failed(new FatalStreamException(ex.toString(), ex));
			}
		}
		this.contact.stopped();
	}

	private void work() {
		QueueMember joined = join();
		this.member = joined;
		QueueWorkRunner running = new QueueWorkRunner(this.runtime, joined, this.backend::append, this::stop,
				this.released);
		this.works = running;
		try (joined) {
			try {
				take(joined, running);
			}
			finally {
				running.drain(DRAIN_LIMIT);
			}
		}
		finally {
			QueueFigures last = joined.figures();
			this.member = null;
			this.before = new QueueFigures(0, this.before.lostDeliveries() + last.lostDeliveries(),
					this.before.droppedEvents() + last.droppedEvents());
		}
	}

	private void take(QueueMember joined, QueueWorkRunner running) {
		while (!isStopping()) {
			try {
				for (QueueRecord delivery : joined.take(TAKE_TIMEOUT)) {
					if (delivery.deliveryCount() > 1) {
						this.redeliveries.incrementAndGet();
					}
					running.accept(delivery);
				}
				// Who does not notice a raise emits to the wrong partitions.
				this.catalog.declare(this.streams);
				this.contact.succeeded();
			}
			catch (RetriableException ex) {
				this.contact.failed(ex);
			}
		}
	}

	private QueueMember join() {
		QueueDefinition definition = this.runtime.definition();
		List<String> inputs = definition.inputs().keySet().stream().sorted().toList();
		this.catalog.declare(this.streams);
		QueueSettings settings = definition.settings();
		return this.backend
			.joinQueue(new QueueSpec(definition.name(), inputs.stream().map(this.catalog::definition).toList(),
					settings.visibilityTime(), settings.deliveryLimit(), settings.maxInFlightEvents(),
					settings.startAt(), settings.removeAcknowledged()));
	}

	private boolean isStopping() {
		return this.stopping.getCount() == 0;
	}

	private void stop(Exception cause) {
		logger.error("{} stops: its failure handler says so", this.runtime.name(), cause);
		this.stopCause = cause;
		this.stopping.countDown();
	}

}
