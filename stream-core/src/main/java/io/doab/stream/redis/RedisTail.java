package io.doab.stream.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.doab.stream.Position;
import io.doab.stream.StreamPartition;
import io.doab.stream.StreamPoint;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.LogEntry;
import io.doab.stream.spi.LogTail;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows streams with {@code XREAD BLOCK} on connections that nobody else has: one for
 * all partitions where one server has them all, and one for each in a cluster, where a
 * command takes keys of one hash tag only.
 *
 * <p>
 * All state is the position up to which each partition was given. It outlives every
 * connection. After a connection was lost another server may answer, one that lacks the
 * last entries and will give their ids anew: so a position is taken back to the last
 * entry that the server has. Since there is none between the two, nothing comes twice.
 *
 * <p>
 * The lock is held by the thread that reads, and taken to close.
 */
final class RedisTail implements LogTail {

	private static final Logger logger = LoggerFactory.getLogger(RedisTail.class);

	private static final long LONGEST_BLOCK_MILLIS = 500;

	/** How soon to ask again for a read to end that was asked to. */
	private static final long UNBLOCK_MILLIS = 5;

	/** How soon to look again for a first connection. */
	private static final long CONNECTING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private static final int MAX_READ_EVENTS = 500;

	private static final Integer ALL = -1;

	private final RedisNodes shared;

	private final RedisNodes nodes;

	/** How long a read waits at the server: an answer has to come in time. */
	private final long blockMillis;

	/** Up to where each partition was given. */
	private final Map<StreamPartition, Position> given = new LinkedHashMap<>();

	/**
	 * Where each began that was to begin at a certain place: it is not taken back
	 * further.
	 */
	private final Map<StreamPartition, Position> floors = new HashMap<>();

	private final Map<Integer, RedisReader<Source>> readers = new HashMap<>();

	private final Semaphore wakeups = new Semaphore(0);

	private final ReentrantLock lock = new ReentrantLock();

	private volatile boolean woken;

	private volatile boolean closed;

	/**
	 * Creates a tail.
	 * @param shared for what is answered at once
	 * @param nodes its own, for reads that wait; it closes them
	 */
	RedisTail(RedisNodes shared, RedisNodes nodes, Duration commandTimeout) {
		this.shared = shared;
		this.nodes = nodes;
		this.blockMillis = Math.max(1, Math.min(LONGEST_BLOCK_MILLIS, commandTimeout.toMillis() / 2));
	}

	/** What is read: a partition, from after a position. */
	private record Source(StreamPartition partition, Position after) implements RedisReader.Source {

		@Override
		public String key() {
			return RedisKeys.stream(this.partition);
		}

	}

	@Override
	public void add(Map<StreamPartition, StreamPoint> from) {
		this.lock.lock();
		try {
			Map<StreamPartition, Position> begins = new LinkedHashMap<>();
			from.forEach((partition, point) -> begins.put(partition, before(partition, point)));
			this.given.putAll(begins);
			from.forEach((partition, point) -> {
				if (point instanceof StreamPoint.Time || point instanceof StreamPoint.Place) {
					this.floors.put(partition, RedisSpan.previous(RedisSpan.first(point)));
				}
			});
		}
		finally {
			this.lock.unlock();
		}
	}

	private Position before(StreamPartition partition, StreamPoint point) {
		if (point instanceof StreamPoint.Now) {
			String key = RedisKeys.stream(partition);
			return RedisLogReader.lastId(this.shared.session(key), key);
		}
		return RedisSpan.previous(RedisSpan.first(point));
	}

	@Override
	public Map<StreamPartition, List<LogEntry>> poll(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		this.lock.lock();
		try {
			Map<StreamPartition, List<LogEntry>> taken = new LinkedHashMap<>();
			while (!this.closed) {
				Attempts attempts = new Attempts();
				take(taken, attempts);
				if (!taken.isEmpty() || this.woken || System.nanoTime() - deadline > 0) {
					break;
				}
				read(attempts);
				if (attempts.reached || !this.readers.isEmpty() || System.nanoTime() - deadline > 0) {
					attempts.requireAny();
					await(deadline - System.nanoTime());
				}
				else {
					// The first connections may take as long as the caller waits.
					await(Math.min(deadline - System.nanoTime(), CONNECTING_NANOS));
				}
			}
			return taken;
		}
		finally {
			this.woken = false;
			this.lock.unlock();
		}
	}

	private void take(Map<StreamPartition, List<LogEntry>> taken, Attempts attempts) {
		for (RedisReader<Source> reader : this.readers.values()) {
			attempts.at(() -> {
				for (RedisReader.Read<Source> read : reader.take()) {
					StreamPartition partition = read.source().partition();
					this.given.put(partition, read.records().getLast().position());
					taken.put(partition, read.records().stream().map(RedisLogReader::entry).toList());
				}
			});
		}
	}

	private void read(Attempts attempts) {
		Map<Integer, List<Source>> wanted = new LinkedHashMap<>();
		this.given.forEach(
				(partition, after) -> wanted
					.computeIfAbsent(this.nodes.isCluster() ? (Integer) partition.partition() : ALL,
							(reader) -> new ArrayList<>())
					.add(new Source(partition, after)));
		wanted.forEach((number, sources) -> attempts.at(() -> {
			reader(number, sources).read(current(sources), this.blockMillis, MAX_READ_EVENTS, sources.size());
			attempts.reached();
		}));
	}

	/** The reader of a number, on the present session with the server. */
	private RedisReader<Source> reader(Integer number, List<Source> sources) {
		RedisSession session = this.nodes.session(sources.getFirst().key());
		@Nullable RedisReader<Source> known = this.readers.get(number);
		if (known != null && known.session() == session) {
			return known;
		}
		if (known != null) {
			known.close();
			sources.forEach((source) -> takeBack(session, source));
		}
		RedisReader<Source> fresh = new RedisReader<>(session, this.wakeups::release);
		this.readers.put(number, fresh);
		return fresh;
	}

	/** To the last entry that the server has, if it lacks what was given. */
	private void takeBack(RedisSession session, Source source) {
		Position last = RedisLogReader.lastId(session, source.key());
		Position floor = this.floors.getOrDefault(source.partition(), last);
		Position back = (last.compareTo(floor) > 0) ? last : floor;
		if (back.compareTo(source.after()) < 0) {
			logger.debug("{} ends at {}, before {}, up to where it was read", source.key(), last, source.after());
			this.given.put(source.partition(), back);
		}
	}

	/** The sources from where they are now to be read. */
	private List<Source> current(List<Source> sources) {
		return sources.stream()
			.map((source) -> new Source(source.partition(),
					this.given.getOrDefault(source.partition(), source.after())))
			.toList();
	}

	/** Waits for an answer, a wake-up or the time. */
	private void await(long nanos) {
		boolean ending = this.readers.values().stream().anyMatch(RedisReader::isUnblocking);
		long longest = ending ? TimeUnit.MILLISECONDS.toNanos(UNBLOCK_MILLIS) : Long.MAX_VALUE;
		try {
			var _ = this.wakeups.tryAcquire(Math.min(Math.max(nanos, 0), longest), TimeUnit.NANOSECONDS);
			this.wakeups.drainPermits();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RetriableException("Interrupted: follow " + this.given.keySet(), ex);
		}
	}

	@Override
	public void wakeup() {
		this.woken = true;
		this.wakeups.release();
	}

	@Override
	public void close() {
		this.closed = true;
		wakeup();
		this.lock.lock();
		try {
			this.nodes.close();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** What was tried at the servers of a cluster, of which some may be away. */
	private static final class Attempts {

		private boolean reached;

		private @Nullable RetriableException failure;

		private void at(Runnable attempt) {
			try {
				attempt.run();
			}
			catch (RetriableException ex) {
				this.failure = ex;
			}
		}

		private void reached() {
			this.reached = true;
		}

		private void requireAny() {
			if (!this.reached && this.failure != null) {
				throw this.failure;
			}
		}

	}

}
