package io.doab.stream.redis;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.QueueFigures;
import io.doab.stream.spi.QueueMember;
import io.doab.stream.spi.QueueRecord;
import io.doab.stream.spi.QueueSpec;
import io.doab.stream.spi.Settlement;
import io.lettuce.core.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer of a queue over Redis: one consumer, of a name that nobody else has, of a
 * consumer group on each partition.
 *
 * <p>
 * <b>What it holds</b> is in the pending list under its name, and renewed each third of
 * the visibility time by a timer, so that it lasts even if the taking thread is held up.
 * What nobody has renewed for a visibility time any consumer takes over: it looks for
 * that twice a second.
 *
 * <p>
 * <b>Threads.</b> The thread in {@link #take} connects, reads and takes over, and waits
 * for nothing but short commands. Settlements come from any thread and are sent at once,
 * or by that thread when there was no connection. After a connection was lost, what is
 * held is renewed before anything is taken over ({@link RedisQueuePartition#open}): so a
 * consumer does not take over from itself.
 */
final class RedisQueueMember implements QueueMember {

	private static final Logger logger = LoggerFactory.getLogger(RedisQueueMember.class);

	private static final long LONGEST_BLOCK_MILLIS = 250;

	private static final long LONGEST_WAIT_MILLIS = 500;

	private static final int RENEWALS = 3;

	/** How often it is looked for consumers that are gone. */
	private static final long TIDY_NANOS = TimeUnit.MINUTES.toNanos(1);

	private static final int GONE_AFTER_VISIBILITY_TIMES = 10;

	private static final SecureRandom RANDOM = new SecureRandom();

	private final RedisNodes nodes;

	private final QueueSpec queue;

	private final RedisSettings settings;

	private final ScheduledExecutorService timer;

	private final ScheduledFuture<?> renewal;

	private final String consumer;

	private final Map<StreamPartition, RedisQueuePartition> partitions = new LinkedHashMap<>();

	/** By the key of their only partition in a cluster, else one under no key. */
	private final Map<String, QueueReader> readers = new HashMap<>();

	private final Semaphore wakeups = new Semaphore(0);

	/** With which partition of a cluster it begins: where room is scarce, in turn. */
	private int next;

	private long tidyNanos = System.nanoTime() + TIDY_NANOS;

	private volatile boolean closing;

	RedisQueueMember(RedisNodes nodes, QueueSpec queue, RedisSettings settings, ScheduledExecutorService timer) {
		this.nodes = nodes;
		this.queue = queue;
		this.settings = settings;
		this.timer = timer;
		byte[] random = new byte[8];
		RANDOM.nextBytes(random);
		this.consumer = "m" + HexFormat.of().formatHex(random);
		for (StreamDefinition input : queue.inputs()) {
			for (int number = 0; number < input.partitions(); number++) {
				StreamPartition partition = new StreamPartition(input.name(), number);
				this.partitions.put(partition, new RedisQueuePartition(this, queue, partition));
			}
		}
		long period = queue.visibilityTime().toMillis() / RENEWALS;
		this.renewal = timer.scheduleWithFixedDelay(this::renew, period, period, TimeUnit.MILLISECONDS);
	}

	String consumer() {
		return this.consumer;
	}

	boolean isClosing() {
		return this.closing;
	}

	RedisSession session(String key) {
		return this.nodes.session(key);
	}

	@Nullable RedisSession currentSession(String key) {
		return this.nodes.current(key);
	}

	void wakeup() {
		this.wakeups.release();
	}

	void later(Duration delay, Runnable task) {
		if (!this.closing) {
			var _ = this.timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	@Override
	public List<QueueRecord> take(Duration timeout) {
		Reach reach = new Reach(this.nodes.isCluster());
		for (RedisQueuePartition partition : this.partitions.values()) {
			reach.tryTo(partition::open);
		}
		List<QueueRecord> taken = new ArrayList<>();
		try {
			collect(reach, taken);
			begin(reach);
			if (taken.isEmpty()) {
				await(timeout);
				collect(reach, taken);
				begin(reach);
			}
		}
		catch (StreamException ex) {
			if (taken.isEmpty()) {
				throw ex;
			}
			// What is held already has to be handled. The next call meets it again.
			logger.debug("Queue {}: the connection was lost after {} deliveries came", this.queue.queue(), taken.size(),
					ex);
		}
		if (taken.isEmpty()) {
			reach.requireAny();
		}
		return taken;
	}

	/** What reads and take-overs have brought. */
	private void collect(Reach reach, List<QueueRecord> taken) {
		for (RedisQueuePartition partition : this.partitions.values()) {
			reach.tryTo(() -> {
				try {
					taken.addAll(partition.claimed());
				}
				catch (StreamException ex) {
					if (ex.getCause() == null || !RedisFailures.isMissingGroup(ex.getCause())) {
						throw ex;
					}
					partition.reopen();
				}
			});
		}
		for (QueueReader reader : List.copyOf(this.readers.values())) {
			reach.tryTo(() -> taken.addAll(reader.taken()));
		}
	}

	/** Has sent what waits, and asks for as much as there is room for. */
	private void begin(Reach reach) {
		tidy();
		this.partitions.values().forEach(RedisQueuePartition::flush);
		if (this.nodes.isCluster()) {
			List<RedisQueuePartition> all = List.copyOf(this.partitions.values());
			this.next = (this.next + 1) % all.size();
			for (int i = 0; i < all.size(); i++) {
				RedisQueuePartition partition = all.get((this.next + i) % all.size());
				reach.tryTo(() -> ask(partition.key(), List.of(partition), all.size()));
			}
		}
		else {
			reach.tryTo(() -> ask("", List.copyOf(this.partitions.values()), 1));
		}
	}

	/**
	 * Takes over, when it is time, and reads otherwise: a read that waits has room for
	 * what it may bring, and would leave none for what others held.
	 */
	private void ask(String name, List<RedisQueuePartition> of, int readers) {
		QueueReader reader = this.readers.get(name);
		if (!of.stream().allMatch(RedisQueuePartition::isOpen) || (reader != null && reader.isReading())) {
			return;
		}
		boolean sweeping = false;
		for (RedisQueuePartition partition : of) {
			if (partition.isSweeping()) {
				partition.sweep(Math.max(1, room() / of.size()), room());
				sweeping = true;
			}
		}
		int share = Math.max(1, this.queue.maxInFlightEvents() / readers);
		if (!sweeping && room() > 0) {
			read(name, of, Math.min(share, room()), this.queue.maxInFlightEvents() < readers);
		}
	}

	private void read(String name, List<RedisQueuePartition> of, int room, boolean isScarce) {
		RedisSession session = this.nodes.session(of.getFirst().key());
		QueueReader reader = this.readers.get(name);
		if (reader == null || reader.session() != session) {
			reader = new QueueReader(session, of,
					Consumer.from(RedisKeys.queueGroup(this.queue.queue()), this.consumer), blockMillis(),
					this::wakeup);
			this.readers.put(name, reader);
		}
		reader.read(room, isScarce);
	}

	private long blockMillis() {
		return Math.max(1, Math.min(LONGEST_BLOCK_MILLIS, this.settings.commandTimeout().toMillis() / 2));
	}

	private int room() {
		int used = this.readers.values().stream().mapToInt(QueueReader::reserved).sum();
		for (RedisQueuePartition partition : this.partitions.values()) {
			used += partition.held() + partition.reserved();
		}
		return this.queue.maxInFlightEvents() - used;
	}

	private void await(Duration timeout) {
		long millis = Math.min(Math.min(timeout.toMillis(), LONGEST_WAIT_MILLIS), untilSweepMillis());
		try {
			if (this.wakeups.tryAcquire(Math.max(millis, 1), TimeUnit.MILLISECONDS)) {
				this.wakeups.drainPermits();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Who is full takes nothing over, and is woken up when there is room. */
	private long untilSweepMillis() {
		if (room() <= 0) {
			return Long.MAX_VALUE;
		}
		long now = System.nanoTime();
		return TimeUnit.NANOSECONDS.toMillis(this.partitions.values()
			.stream()
			.filter(RedisQueuePartition::isOpen)
			.mapToLong((partition) -> partition.sweepNanos() - now)
			.min()
			.orElse(Long.MAX_VALUE));
	}

	/** Consumers whose processes died are removed, once others have what they held. */
	private void tidy() {
		if (System.nanoTime() - this.tidyNanos < 0) {
			return;
		}
		this.tidyNanos = System.nanoTime() + TIDY_NANOS;
		Duration gone = this.queue.visibilityTime().multipliedBy(GONE_AFTER_VISIBILITY_TIMES);
		for (RedisQueuePartition partition : this.partitions.values()) {
			RedisSession session = partition.currentSession();
			if (session != null) {
				var _ = partition.leave(session, false, gone).exceptionally((failure) -> {
					logger.debug("Consumers of {} that are gone could not be removed", partition.key(), failure);
					return 0L;
				});
			}
		}
	}

	private void renew() {
		try {
			for (RedisQueuePartition partition : this.partitions.values()) {
				RedisSession session = partition.currentSession();
				if (session != null && partition.held() > 0) {
					var _ = partition.renew(session).exceptionally((failure) -> {
						session.failed(failure);
						return null;
					});
				}
			}
		}
		catch (RuntimeException ex) {
			// A periodic task that throws is never run again.
			logger.warn("Queue {}: deliveries could not be renewed", this.queue.queue(), ex);
		}
	}

	@Override
	public boolean holds(QueueRecord delivery) {
		return of(delivery).holds(delivery);
	}

	@Override
	public CompletableFuture<Boolean> settle(QueueRecord delivery, Settlement settlement) {
		return of(delivery).settle(delivery, settlement);
	}

	private RedisQueuePartition of(QueueRecord delivery) {
		RedisQueuePartition partition = this.partitions.get(delivery.partition());
		if (partition == null) {
			throw new IllegalArgumentException(delivery + " is not of queue " + this.queue.queue());
		}
		return partition;
	}

	@Override
	public QueueFigures figures() {
		int held = 0;
		long lost = 0;
		long dropped = 0;
		for (RedisQueuePartition partition : this.partitions.values()) {
			held += partition.held();
			lost += partition.lostDeliveries();
			dropped += partition.droppedEvents();
		}
		return new QueueFigures(held, lost, dropped);
	}

	@Override
	public void close() {
		this.closing = true;
		try {
			giveBackUnseen();
			awaitSettled();
			leave();
		}
		catch (StreamException ex) {
			logger.debug("Queue {}: {} could not leave in good order", this.queue.queue(), this.consumer, ex);
		}
		finally {
			this.renewal.cancel(false);
			this.nodes.close();
		}
	}

	/** What a read or a take-over that was under way brings, nobody is told of. */
	private void giveBackUnseen() {
		List<QueueRecord> unseen = new ArrayList<>();
		this.readers.values().forEach((reader) -> unseen.addAll(reader.last()));
		this.partitions.values().forEach((partition) -> unseen.addAll(partition.lastClaimed()));
		for (QueueRecord delivery : unseen) {
			var _ = settle(delivery, new Settlement.Release(Duration.ZERO, false));
		}
	}

	private void awaitSettled() {
		long began = System.nanoTime();
		while (!this.partitions.values().stream().allMatch(RedisQueuePartition::isSettled)
				&& System.nanoTime() - began < this.settings.commandTimeout().toNanos()) {
			this.partitions.values().forEach(RedisQueuePartition::flush);
			await(Duration.ofMillis(10));
		}
	}

	private void leave() {
		for (RedisQueuePartition partition : this.partitions.values()) {
			RedisSession session = partition.currentSession();
			if (session != null) {
				session.await("leave queue " + this.queue.queue(), partition.leave(session, true,
						this.queue.visibilityTime().multipliedBy(GONE_AFTER_VISIBILITY_TIMES)));
			}
		}
	}

	/** Lets one server of a cluster that is away not keep the member from the others. */
	private static final class Reach {

		private final boolean several;

		private boolean reached;

		private @Nullable RetriableException failure;

		private Reach(boolean several) {
			this.several = several;
		}

		private void tryTo(Runnable step) {
			try {
				step.run();
				this.reached = true;
			}
			catch (RetriableException ex) {
				if (!this.several) {
					throw ex;
				}
				this.failure = ex;
			}
		}

		private void requireAny() {
			if (!this.reached && this.failure != null) {
				throw this.failure;
			}
		}

	}

}
