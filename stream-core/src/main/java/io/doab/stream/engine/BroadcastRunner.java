package io.doab.stream.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.doab.stream.BroadcastDefinition;
import io.doab.stream.StoredEvent;
import io.doab.stream.StreamPartition;
import io.doab.stream.StreamPoint;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.LogReader;
import io.doab.stream.spi.LogTail;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one broadcast on a thread of its own: reads, and has each event handled before it
 * takes the next.
 *
 * <p>
 * While it is connected for the first time it is tried from the start, so "now" is the
 * moment of the connection. From then on the tail knows where it is.
 */
final class BroadcastRunner {

	private static final Logger logger = LoggerFactory.getLogger(BroadcastRunner.class);

	private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);

	private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

	private final BroadcastDefinition definition;

	private final LogReader logs;

	private final StreamCatalog catalog;

	private final StoredEvents events;

	private final CountDownLatch stopping = new CountDownLatch(1);

	private final BackendContact contact;

	private final AtomicLong handled = new AtomicLong();

	private final AtomicLong skipped = new AtomicLong();

	private final Thread thread;

	private volatile @Nullable GrowingTail tail;

	BroadcastRunner(BroadcastDefinition definition, LogReader logs, StreamCatalog catalog, StoredEvents events) {
		this.definition = definition;
		this.logs = logs;
		this.catalog = catalog;
		this.events = events;
		this.contact = new BackendContact(definition.name(), this.stopping);
		this.thread = Thread.ofPlatform().name("doab-" + definition.name()).daemon(true).unstarted(this::run);
	}

	void start() {
		this.thread.start();
	}

	void stop() {
		this.stopping.countDown();
		GrowingTail current = this.tail;
		if (current != null) {
			current.wakeup();
		}
	}

	void awaitEnd() {
		try {
			if (!this.thread.join(STOP_LIMIT)) {
				logger.warn("{} did not stop within {}: its handler is interrupted", this.definition.name(),
						STOP_LIMIT);
				this.thread.interrupt();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	BroadcastStatus status() {
		BackendContact.Condition condition = this.contact.condition();
		return new BroadcastStatus(this.definition.name(), condition.state(), condition.reason(), this.handled.get(),
				this.skipped.get());
	}

	private void run() {
		while (!isStopping()) {
			try (GrowingTail followed = follow()) {
				this.tail = followed;
				deliver(followed);
			}
			catch (StreamException ex) {
				this.contact.failed(ex);
			}
			catch (RuntimeException | Error ex) {
				logger.error("{} met an error of its own and begins anew", this.definition.name(), ex);
				this.contact.failed(new FatalStreamException(ex.toString(), ex));
			}
			finally {
				this.tail = null;
			}
		}
		this.contact.stopped();
	}

	private GrowingTail follow() {
		this.catalog.declare(this.definition.inputs().keySet());
		LogTail followed = this.logs.follow();
		try {
			Map<String, Integer> counts = new HashMap<>();
			Map<StreamPartition, StreamPoint> points = new LinkedHashMap<>();
			for (String stream : this.definition.inputs().keySet()) {
				int count = this.catalog.definition(stream).partitions();
				counts.put(stream, count);
				for (int partition = 0; partition < count; partition++) {
					points.put(new StreamPartition(stream, partition), this.definition.from());
				}
			}
			followed.add(points);
			return new GrowingTail(followed, this.logs, counts);
		}
		catch (RuntimeException ex) {
			followed.close();
			throw ex;
		}
	}

	private void deliver(GrowingTail followed) {
		while (!isStopping()) {
			try {
				List<GrowingTail.Read> reads = followed.poll(POLL_TIMEOUT);
				this.contact.succeeded();
				for (GrowingTail.Read read : reads) {
					if (isStopping()) {
						return;
					}
					handle(read, Objects.requireNonNull(this.definition.inputs().get(read.partition().stream())));
				}
			}
			catch (StreamException ex) {
				// The tail knows where it is: to begin anew would leave out or repeat.
				this.contact.failed(ex);
			}
		}
	}

	private <T> void handle(GrowingTail.Read read, BroadcastDefinition.Input<T> input) {
		StoredEvent<T> event;
		try {
			event = this.events.read(read.partition(), read.entry(), input.type());
		}
		catch (InvalidEventException ex) {
			skip(read, ex, 0);
			return;
		}
		for (int attempt = 1;; attempt++) {
			try {
				input.handler().handle(event);
				this.handled.incrementAndGet();
				return;
			}
			catch (Exception | Error ex) {
				if (ex instanceof InterruptedException) {
					Thread.currentThread().interrupt();
				}
				if (attempt >= this.definition.retry().maxAttempts() || !this.definition.retry().isRetryable(ex)) {
					skip(read, ex, attempt);
					return;
				}
				if (!pause(this.definition.retry().delayAfter(attempt))) {
					return;
				}
			}
		}
	}

	private void skip(GrowingTail.Read read, Throwable cause, int attempts) {
		this.skipped.incrementAndGet();
		logger.warn("{} leaves the event at {} of {} out in this instance, after {} attempts", this.definition.name(),
				read.entry().record().position(), read.partition(), attempts, cause);
	}

	/** Whether there is to be another attempt after it. */
	private boolean pause(Duration time) {
		try {
			return !this.stopping.await(time.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			this.stopping.countDown();
			return false;
		}
	}

	private boolean isStopping() {
		return this.stopping.getCount() == 0;
	}

}
