package io.doab.stream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.doab.stream.Position;
import io.doab.stream.StreamDefinition;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.QueueFigures;
import io.doab.stream.spi.QueueMember;
import io.doab.stream.spi.QueueRecord;
import io.doab.stream.spi.QueueSpec;
import io.doab.stream.spi.Settlement;

import org.apache.kafka.clients.consumer.AcknowledgeType;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer of a queue over Kafka: several share consumers of one share group.
 *
 * <p>
 * Each {@link ShareFetcher} takes nothing new before all is settled that it took last, so
 * slow handlers hold one up. Others are added while all of them have something in hand,
 * and, when one has it for long, as many that every partition has a fetcher which is
 * free: brokers give a partition to more than one only when there are more fetchers than
 * partitions.
 *
 * <p>
 * A release with a delay keeps the event locked until the delay is over. A dead letter is
 * stored first; then the event is rejected.
 */
final class KafkaQueueMember implements QueueMember {

	private static final Logger logger = LoggerFactory.getLogger(KafkaQueueMember.class);

	private static final int MOST_FETCHERS = 12;

	/**
	 * Of the events that may be in flight, how many parts there are. The first fetchers
	 * take one at once each, all others together another: a fetcher keeps room for what
	 * it waits for, and those that have nothing to do must leave some for the others.
	 */
	private static final int PARTS = 4;

	private static final int LARGEST_BATCH = 500;

	private static final long LETTERS_LIMIT_MILLIS = 2_000;

	private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(2);

	private static final long GROWTH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

	private final QueueSpec queue;

	private final KafkaClients clients;

	private final ShareGroups groups;

	private final Function<Append, CompletableFuture<Position>> log;

	private final List<ShareFetcher> fetchers = new CopyOnWriteArrayList<>();

	/** Whose a delivery is, until it is settled. */
	private final Map<QueueRecord, ShareFetcher> owners = new ConcurrentHashMap<>();

	private final BlockingQueue<QueueRecord> taken = new LinkedBlockingQueue<>();

	/** Dead letters that are being stored. */
	private final Map<QueueRecord, CompletableFuture<Boolean>> letters = new ConcurrentHashMap<>();

	private final AtomicInteger inFlight = new AtomicInteger();

	private final AtomicLong lostDeliveries = new AtomicLong();

	private final AtomicLong droppedEvents = new AtomicLong();

	private final AtomicReference<@Nullable StreamException> failure = new AtomicReference<>();

	private long grownNanos;

	private volatile boolean closing;

	KafkaQueueMember(QueueSpec queue, KafkaClients clients, ShareGroups groups,
			Function<Append, CompletableFuture<Position>> log) {
		this.queue = queue;
		this.clients = clients;
		this.groups = groups;
		this.log = log;
	}

	QueueSpec queue() {
		return this.queue;
	}

	@Override
	public List<QueueRecord> take(Duration timeout) {
		if (this.fetchers.isEmpty()) {
			this.groups.configure(this.queue);
			addFetcher();
		}
		growIfHeldUp();
		List<QueueRecord> all = new ArrayList<>();
		try {
			QueueRecord first = this.taken.poll(Math.min(timeout.toMillis(), 100), TimeUnit.MILLISECONDS);
			if (first != null) {
				all.add(first);
				this.taken.drainTo(all);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		StreamException failed = this.failure.getAndSet(null);
		if (failed != null && all.isEmpty()) {
			throw failed;
		}
		return all;
	}

	private void addFetcher() {
		int batch = nextBatch();
		ShareFetcher fetcher = new ShareFetcher(this, () -> this.clients.shareConsumer(this.queue.queue(), batch),
				batch, "doab-" + this.queue.queue() + "-" + this.fetchers.size());
		this.fetchers.add(fetcher);
		this.grownNanos = System.nanoTime();
		fetcher.start();
	}

	/** How many events the next fetcher takes at once. */
	private int nextBatch() {
		int part = this.queue.maxInFlightEvents() / PARTS;
		int parts = (this.fetchers.size() < PARTS - 1) ? 1 : MOST_FETCHERS - (PARTS - 1);
		return Math.clamp(part / parts, 1, LARGEST_BATCH);
	}

	private void growIfHeldUp() {
		int count = this.fetchers.size();
		if (count >= MOST_FETCHERS || System.nanoTime() - this.grownNanos < GROWTH_NANOS
				|| this.inFlight.get() + nextBatch() > this.queue.maxInFlightEvents()
				|| this.fetchers.stream().mapToInt(ShareFetcher::batch).sum() + nextBatch() > this.queue
					.maxInFlightEvents()) {
			return;
		}
		long stuck = this.fetchers.stream().filter((each) -> each.heldForNanos() > STUCK_NANOS).count();
		int partitions = this.queue.inputs().stream().mapToInt(StreamDefinition::partitions).sum();
		boolean allBusy = this.fetchers.stream().allMatch((each) -> each.heldForNanos() > BUSY_NANOS);
		if (allBusy || (stuck > 0 && count < partitions + 1 + stuck)) {
			logger.debug("Queue {}: {} of {} share consumers are held up by slow handlers, one is added",
					this.queue.queue(), stuck, count);
			addFetcher();
		}
	}

	/** Takes room for so many events, if it is there. */
	boolean reserve(int events) {
		if (this.closing) {
			return false;
		}
		int present = this.inFlight.get();
		while (present + events <= this.queue.maxInFlightEvents()) {
			if (this.inFlight.compareAndSet(present, present + events)) {
				return true;
			}
			present = this.inFlight.get();
		}
		return false;
	}

	void unreserve(int events) {
		this.inFlight.addAndGet(-events);
	}

	/** A fetcher has new deliveries. */
	void took(ShareFetcher fetcher, List<QueueRecord> deliveries) {
		this.inFlight.addAndGet(deliveries.size());
		deliveries.forEach((delivery) -> this.owners.put(delivery, fetcher));
		this.taken.addAll(deliveries);
	}

	void failed(StreamException cause) {
		this.failure.set(cause);
	}

	/** A delivery was taken away; at the limit the broker delivers the event no more. */
	void lost(QueueRecord delivery, @Nullable Exception cause) {
		this.owners.remove(delivery);
		this.lostDeliveries.incrementAndGet();
		logger.debug("Queue {}: {} was lost", this.queue.queue(), delivery, cause);
		if (delivery.deliveryCount() >= this.queue.deliveryLimit()) {
			this.droppedEvents.incrementAndGet();
			logger.warn("Queue {}: {} was lost, and the broker may not deliver it again", this.queue.queue(), delivery);
		}
	}

	@Override
	public boolean holds(QueueRecord delivery) {
		ShareFetcher owner = this.owners.get(delivery);
		return owner != null && owner.holds(delivery);
	}

	@Override
	public CompletableFuture<Boolean> settle(QueueRecord delivery, Settlement settlement) {
		return switch (settlement) {
			case Settlement.Acknowledge done -> settle(delivery, AcknowledgeType.ACCEPT);
			case Settlement.Release(Duration delay, var _) when delay.isPositive() && !this.closing ->
				new CompletableFuture<Boolean>().completeOnTimeout(true, delay.toNanos(), TimeUnit.NANOSECONDS)
					.thenCompose((due) -> settle(delivery, AcknowledgeType.RELEASE));
			case Settlement.Release release -> settle(delivery, AcknowledgeType.RELEASE);
			case Settlement.DeadLetter(Append letter) -> deadLetter(delivery, letter);
		};
	}

	private CompletableFuture<Boolean> deadLetter(QueueRecord delivery, Append letter) {
		if (!holds(delivery)) {
			return CompletableFuture.completedFuture(false);
		}
		CompletableFuture<Boolean> ended = this.log.apply(letter)
			.thenCompose((stored) -> settle(delivery, AcknowledgeType.REJECT));
		this.letters.put(delivery, ended);
		return ended.whenComplete((effective, failure) -> this.letters.remove(delivery));
	}

	private CompletableFuture<Boolean> settle(QueueRecord delivery, AcknowledgeType type) {
		ShareFetcher owner = this.owners.get(delivery);
		if (owner == null) {
			return CompletableFuture.completedFuture(false);
		}
		return owner.settle(delivery, type).whenComplete((effective, refused) -> this.owners.remove(delivery));
	}

	@Override
	public QueueFigures figures() {
		return new QueueFigures(this.owners.size(), this.lostDeliveries.get(), this.droppedEvents.get());
	}

	@Override
	public void close() {
		this.closing = true;
		awaitLetters();
		List<QueueRecord> unseen = new ArrayList<>();
		this.taken.drainTo(unseen);
		for (QueueRecord delivery : unseen) {
			// At the limit a broker drops what is released; it keeps what a session ends
			// with.
			if (delivery.deliveryCount() < this.queue.deliveryLimit()) {
				var _ = settle(delivery, AcknowledgeType.RELEASE);
			}
		}
		this.fetchers.forEach(ShareFetcher::close);
		try {
			for (ShareFetcher fetcher : this.fetchers) {
				fetcher.awaitEnd();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.owners.clear();
	}

	/** Who left before would have the event delivered, and dead-lettered, again. */
	private void awaitLetters() {
		var _ = CompletableFuture.allOf(this.letters.values().toArray(CompletableFuture[]::new))
			.completeOnTimeout(null, LETTERS_LIMIT_MILLIS, TimeUnit.MILLISECONDS)
			.handle((stored, failure) -> failure)
			.join();
	}

}
