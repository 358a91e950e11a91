package io.doab.stream.redis;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.doab.stream.Position;
import io.doab.stream.StartAt;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.FencedException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.GroupMember;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.OwnershipListener;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StreamRecord;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a group over Redis.
 *
 * <p>
 * <b>Threads.</b> The thread in {@link #poll} connects, keeps the membership, takes and
 * gives up leases, and reads. A timer renews the leases, so that they last while that
 * thread waits for handlers to drain. Answers of commits come on the client's threads;
 * what they find out about a lease goes through {@link #ended} to the polling thread.
 *
 * <p>
 * <b>Reading</b> is {@code XREAD} from where this member read up to: it takes nothing
 * from other members, so a paused member that reads on does no harm.
 */
final class RedisGroupMember implements GroupMember {

	private static final Logger logger = LoggerFactory.getLogger(RedisGroupMember.class);

	/**
	 * How long a read waits at the server while a partition is paused, for its room may
	 * come back meanwhile.
	 */
	private static final long PAUSED_BLOCK_MILLIS = 10;

	private static final long LONGEST_BLOCK_MILLIS = 500;

	/** How large the answer to one read may become. */
	private static final long MAX_READ_BYTES = 16L * 1024 * 1024;

	private static final SecureRandom RANDOM = new SecureRandom();

	private final RedisLink link;

	private final GroupSpec group;

	private final OwnershipListener listener;

	private final RedisSettings settings;

	private final ScheduledExecutorService timer;

	private final ScheduledFuture<?> renewal;

	private final String id = "m" + randomHex(8);

	private final Semaphore wakeups = new Semaphore(0);

	private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();

	/**
	 * The leases held, by partition. Changed by the polling thread, read by the timer.
	 */
	private final Map<Integer, RedisPartitionLease> leases = new java.util.concurrent.ConcurrentSkipListMap<>();

	/** When a lease that another holds may be free. */
	private final Map<Integer, Long> nextTryNanos = new HashMap<>();

	private @Nullable RedisSession lastSession;

	private long nextHeartbeatNanos = System.nanoTime();

	private List<String> members = List.of();

	/** Of the entries that were read, leaning to the large; large until some were. */
	private long meanEventBytes = 256 * 1024;

	RedisGroupMember(RedisLink link, GroupSpec group, OwnershipListener listener, RedisSettings settings,
			ScheduledExecutorService timer) {
		this.link = link;
		this.group = group;
		this.listener = listener;
		this.settings = settings;
		this.timer = timer;
		long period = leaseMillis() / 3;
		this.renewal = timer.scheduleWithFixedDelay(this::renewLeases, period, period, TimeUnit.MILLISECONDS);
	}

	String group() {
		return this.group.group();
	}

	long leaseMillis() {
		return this.settings.leaseTime().toMillis();
	}

	@Nullable RedisSession currentSession() {
		return this.link.current();
	}

	void later(Duration delay, Runnable task) {
		var _ = this.timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** A lease ended; the polling thread tells the listener. */
	void ended(RedisPartitionLease lease, StreamException cause) {
		this.ended.add(new Ended(lease, cause));
		wakeup();
	}

	@Override
	public void poll(Duration timeout) {
		this.wakeups.drainPermits();
		tellEnded();
		RedisSession session = this.link.session();
		if (session != this.lastSession) {
			met(session);
			this.lastSession = session;
		}
		if (System.nanoTime() >= this.nextHeartbeatNanos) {
			heartbeat(session);
		}
		balance(session);
		read(session, timeout);
		tellEnded();
	}

	@Override
	public void pause(int partition) {
		RedisPartitionLease lease = this.leases.get(partition);
		if (lease != null) {
			lease.paused = true;
		}
	}

	@Override
	public void resume(int partition) {
		RedisPartitionLease lease = this.leases.get(partition);
		if (lease != null) {
			lease.paused = false;
			wakeup();
		}
	}

	@Override
	public void wakeup() {
		this.wakeups.release();
	}

	@Override
	public void close() {
		try {
			RedisSession session = this.link.current();
			release(session, List.copyOf(this.leases.values()));
			if (session != null) {
				session.await("leave group " + group(), beat(session, 0));
			}
		}
		catch (StreamException ex) {
			logger.debug("{} could not leave its group in good order; its leases will run out", this.id, ex);
		}
		finally {
			this.renewal.cancel(false);
			this.link.close();
		}
	}

	/**
	 * A new connection: to the same run of the server, or to another one that may not
	 * have what this one had.
	 */
	private void met(RedisSession session) {
		boolean sameRun = this.lastSession != null && this.lastSession.runId().equals(session.runId());
		for (RedisPartitionLease lease : this.leases.values()) {
			if (sameRun) {
				lease.resend();
			}
			else {
				lease.end(new FencedException("Redis was restarted or failed over (run id " + session.runId()
						+ "): partition " + lease.partition() + " of " + group() + " is loaded anew", null));
			}
		}
		tellEnded();
		this.nextHeartbeatNanos = System.nanoTime();
	}

	private void tellEnded() {
		StreamException fatal = null;
		for (Ended next = this.ended.poll(); next != null; next = this.ended.poll()) {
			if (this.leases.remove(next.lease().partition(), next.lease())) {
				this.listener.lost(next.lease(), next.cause());
				if (next.cause() instanceof FatalStreamException) {
					fatal = next.cause();
				}
			}
		}
		if (fatal != null) {
			throw fatal;
		}
	}

	// Membership.

	private void heartbeat(RedisSession session) {
		long began = System.nanoTime();
		this.members = session.await("heartbeat of group " + group(), beat(session, leaseMillis()))
			.stream()
			.map(RedisGroupMember::text)
			.sorted()
			.toList();
		this.nextHeartbeatNanos = began + TimeUnit.MILLISECONDS.toNanos(leaseMillis() / 3);
	}

	private java.util.concurrent.CompletableFuture<List<byte[]>> beat(RedisSession session, long millis) {
		return session.run(RedisScript.HEARTBEAT, ScriptOutputType.MULTI, new String[] { RedisKeys.members(group()) },
				RedisLink.bytes(this.id), RedisLink.bytes(millis));
	}

	/**
	 * Every member computes the same shares from the same list: partition p belongs to
	 * member p modulo their number.
	 */
	private boolean isMine(int partition) {
		return !this.members.isEmpty() && this.members.get(partition % this.members.size()).equals(this.id);
	}

	private void balance(RedisSession session) {
		List<RedisPartitionLease> others = this.leases.values()
			.stream()
			.filter((lease) -> !isMine(lease.partition()))
			.toList();
		if (!others.isEmpty()) {
			release(session, others);
		}
		this.nextTryNanos.keySet().removeIf((partition) -> !isMine(partition));
		for (int partition = 0; partition < this.group.partitions(); partition++) {
			if (isMine(partition) && !this.leases.containsKey(partition)
					&& this.nextTryNanos.getOrDefault(partition, Long.MIN_VALUE) <= System.nanoTime()) {
				acquire(session, partition);
			}
		}
	}

	private void release(@Nullable RedisSession session, List<RedisPartitionLease> given) {
		if (given.isEmpty()) {
			return;
		}
		this.listener.revoked(List.<PartitionOwnership>copyOf(given));
		for (RedisPartitionLease lease : given) {
			this.leases.remove(lease.partition(), lease);
			lease.end(new FencedException("Partition " + lease.partition() + " of " + group() + " was given up", null));
		}
		if (session != null) {
			for (RedisPartitionLease lease : given) {
				session.await("release partition " + lease.partition(), lease.release(session));
			}
		}
	}

	// Ownership.

	private void acquire(RedisSession session, int partition) {
		List<String> keys = new ArrayList<>(List.of(RedisKeys.lease(group(), partition),
				RedisKeys.epoch(group(), partition), RedisKeys.checkpoint(group(), partition)));
		this.group.inputs().forEach((input) -> keys.add(RedisKeys.stream(input, partition)));
		String nonce = randomHex(8);
		long asked = System.nanoTime();
		List<byte[]> words = new ArrayList<>(List.of(RedisLink.bytes(this.id), RedisLink.bytes(nonce),
				RedisLink.bytes(leaseMillis()), RedisLink.bytes(group())));
		if (this.group.startAt() == StartAt.LATEST) {
			this.group.inputs().forEach((input) -> words.add(RedisLink.bytes(input)));
		}
		List<Object> reply = session.await("acquire partition " + partition + " of " + group(),
				session.run(RedisScript.ACQUIRE, ScriptOutputType.MULTI, keys.toArray(String[]::new),
						words.toArray(byte[][]::new)));
		long epoch = (Long) reply.getFirst();
		if (epoch == 0) {
			long free = Math.clamp((Long) reply.get(1), 10, leaseMillis() / 3);
			this.nextTryNanos.put(partition, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(free + 5));
			return;
		}
		this.nextTryNanos.remove(partition);
		List<?> lastIds = (List<?>) reply.get(1);
		Map<String, byte[]> stored = fields((List<?>) reply.get(2));
		Map<String, Checkpoint> checkpoints = new LinkedHashMap<>();
		for (int i = 0; i < this.group.inputs().size(); i++) {
			String input = this.group.inputs().get(i);
			checkpoints.put(input, checkpoint(RedisKeys.stream(input, partition), stored.get(input),
					Position.parse(text(lastIds.get(i)))));
		}
		long lastNumber = Long.parseLong(text(stored.getOrDefault("#commit", RedisLink.bytes(0))));
		RedisPartitionLease lease = new RedisPartitionLease(this, partition, epoch,
				RedisLink.bytes(this.id + ":" + epoch + ":" + nonce), lastNumber, checkpoints, asked);
		this.leases.put(partition, lease);
		this.listener.acquired(lease);
	}

	private Checkpoint checkpoint(String key, byte @Nullable [] stored, Position last) {
		if (stored == null) {
			return new Checkpoint(RedisEntries.BEGINNING, Set.of(), 0);
		}
		Checkpoint checkpoint = RedisCheckpoints.decode(stored);
		if (last.compareTo(checkpoint.prefix()) < 0) {
			logger.warn("{}: stream {} ends at {}, before the checkpoint {}: it was rolled back or replaced. "
					+ "Processing resumes with its first entry", group(), key, last, checkpoint.prefix());
			return new Checkpoint(RedisEntries.BEGINNING, Set.of(), 0);
		}
		return checkpoint;
	}

	private static Map<String, byte[]> fields(List<?> flat) {
		Map<String, byte[]> fields = new LinkedHashMap<>();
		for (int i = 0; i + 1 < flat.size(); i += 2) {
			fields.put(text(flat.get(i)), (byte[]) flat.get(i + 1));
		}
		return fields;
	}

	private static String text(Object bytes) {
		return new String((byte[]) bytes, StandardCharsets.UTF_8);
	}

	private void renewLeases() {
		try {
			RedisSession session = this.link.current();
			for (RedisPartitionLease lease : this.leases.values()) {
				lease.endIfExpired();
				if (session != null && !lease.hasEnded()) {
					lease.renew(session);
				}
			}
		}
		catch (RuntimeException ex) {
			// A periodic task that throws is never run again.
			logger.warn("{}: leases could not be renewed", group(), ex);
		}
	}

	// Reading.

	private void read(RedisSession session, Duration timeout) {
		Map<String, Source> sources = new TreeMap<>();
		boolean paused = false;
		for (RedisPartitionLease lease : this.leases.values()) {
			if (lease.paused) {
				paused = true;
			}
			else if (!lease.hasEnded()) {
				lease.readTo.forEach((stream, position) -> sources.put(RedisKeys.stream(stream, lease.partition()),
						new Source(lease, stream, position)));
			}
		}
		long block = blockMillis(timeout, paused);
		if (sources.isEmpty()) {
			await(block);
			return;
		}
		@SuppressWarnings({ "unchecked", "rawtypes" })
		XReadArgs.StreamOffset<String>[] offsets = sources.entrySet()
			.stream()
			.map((source) -> XReadArgs.StreamOffset.from(source.getKey(), source.getValue().position().toString()))
			.toArray(XReadArgs.StreamOffset[]::new);
		List<StreamMessage<String, byte[]>> entries = session.await("read " + sources.keySet(),
				session.blockingCommands()
					.xread(XReadArgs.Builder.block(block).count(countPerStream(offsets.length)), offsets),
				Duration.ofMillis(block));
		deliver(sources, entries);
	}

	/**
	 * As many as may be asked for, and no more than fit into one answer, by those seen.
	 */
	private long countPerStream(int streams) {
		return Math.clamp(MAX_READ_BYTES / (streams * Math.max(this.meanEventBytes, 1)), 1,
				this.group.maxFetchEvents());
	}

	private long blockMillis(Duration timeout, boolean paused) {
		long untilHeartbeat = TimeUnit.NANOSECONDS.toMillis(this.nextHeartbeatNanos - System.nanoTime());
		long block = Math.min(Math.min(timeout.toMillis(), LONGEST_BLOCK_MILLIS), untilHeartbeat);
		for (long next : this.nextTryNanos.values()) {
			block = Math.min(block, TimeUnit.NANOSECONDS.toMillis(next - System.nanoTime()));
		}
		return Math.max(paused ? Math.min(block, PAUSED_BLOCK_MILLIS) : block, 1);
	}

	private void deliver(Map<String, Source> sources, @Nullable List<StreamMessage<String, byte[]>> entries) {
		if (entries == null || entries.isEmpty()) {
			return;
		}
		int from = 0;
		while (from < entries.size()) {
			String key = entries.get(from).getStream();
			List<StreamRecord> records = new ArrayList<>();
			int to = from;
			while (to < entries.size() && entries.get(to).getStream().equals(key)) {
				StreamRecord record = RedisEntries.record(entries.get(to));
				// Large ones count at once, small ones in the course of time.
				int bytes = record.event().size();
				this.meanEventBytes = Math.max(bytes, this.meanEventBytes + (bytes - this.meanEventBytes) / 16);
				records.add(record);
				to++;
			}
			Source source = sources.get(key);
			if (source != null) {
				Position last = records.getLast().position();
				source.lease().readTo.put(source.stream(), last);
				this.listener.fetched(source.lease(), new FetchedRecords(source.stream(), records, last));
			}
			from = to;
		}
	}

	private void await(long millis) {
		try {
			var _ = this.wakeups.tryAcquire(millis, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static String randomHex(int bytes) {
		byte[] random = new byte[bytes];
		RANDOM.nextBytes(random);
		return HexFormat.of().formatHex(random);
	}

	private record Ended(RedisPartitionLease lease, StreamException cause) {

	}

	private record Source(RedisPartitionLease lease, String stream, Position position) {

	}

}
