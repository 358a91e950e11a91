package io.doab.stream.redis;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.FencedException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.GroupMember;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.MemberIds;
import io.doab.stream.spi.OwnershipListener;
import io.doab.stream.spi.PartitionOwnership;
import io.lettuce.core.ScriptOutputType;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a group over Redis.
 *
 * <p>
 * <b>What it does</b> is decided by its {@link Membership}: this class hears for it and
 * acts on it. What it owns are its leases; {@link GroupReads} reads for them.
 *
 * <p>
 * <b>Threads.</b> The thread in {@link #poll} does all of that. It waits for nothing but
 * answers to short commands: reads end and handlers drain while it goes on, and wake it
 * up. A timer renews the leases, so that they last even if that thread is held up.
 * Answers of commits come on the client's threads; what they find out about a lease goes
 * through {@link #ended} to the polling thread, and what the group's channel says through
 * {@link #noticed}.
 */
final class RedisGroupMember implements GroupMember {

	private static final Logger logger = LoggerFactory.getLogger(RedisGroupMember.class);

	private static final long LONGEST_WAIT_MILLIS = 500;

	private static final int MAX_PROPOSALS = 3;

	/** How soon a server of a cluster is tried again that was away. */
	private static final long AWAY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private static final SecureRandom RANDOM = new SecureRandom();

	private final RedisNodes nodes;

	private final GroupSpec group;

	private final OwnershipListener listener;

	private final RedisSettings settings;

	private final ScheduledExecutorService timer;

	private final ScheduledFuture<?> renewal;

	private final String id = MemberIds.next();

	private final Membership membership;

	private final GroupReads reads;

	private final Semaphore wakeups = new Semaphore(0);

	private final Semaphore commitConnections;

	private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();

	/** What the group's channel said. */
	private final Queue<String> noticed = new ConcurrentLinkedQueue<>();

	/**
	 * The leases held, by partition. Changed by the polling thread, read by the timer.
	 */
	private final Map<Integer, RedisPartitionLease> leases = new ConcurrentSkipListMap<>();

	/** Partitions that were asked for, of which the answer was not seen. */
	private final Set<Integer> unanswered = new HashSet<>();

	/** Leases that are to be released, by what completes when they are drained. */
	private final Map<RedisPartitionLease, CompletableFuture<Void>> draining = new LinkedHashMap<>();

	/** The group's assignment, as it is stored. */
	private String stored = "";

	/** The session on whose connection the group's channel is listened to. */
	private @Nullable RedisSession listening;

	RedisGroupMember(RedisNodes nodes, GroupSpec group, OwnershipListener listener, RedisSettings settings,
			ScheduledExecutorService timer) {
		this.nodes = nodes;
		this.group = group;
		this.listener = listener;
		this.settings = settings;
		this.timer = timer;
		this.commitConnections = new Semaphore(settings.commitConnections());
		this.membership = new Membership(this.id, group.partitions(), settings.leaseTime().toNanos(),
				System.nanoTime());
		this.reads = new GroupReads(nodes, group, settings.commandTimeout(), this::wakeup);
		long period = leaseMillis() / Membership.RENEWALS;
		this.renewal = timer.scheduleWithFixedDelay(this::renewLeases, period, period, TimeUnit.MILLISECONDS);
	}

	String id() {
		return this.id;
	}

	GroupSpec group() {
		return this.group;
	}

	String name() {
		return this.group.group();
	}

	long leaseMillis() {
		return this.settings.leaseTime().toMillis();
	}

	/** The present session with the server that has a partition, if it is alive. */
	@Nullable RedisSession currentSession(int partition) {
		return this.nodes.current(RedisKeys.lease(name(), partition));
	}

	boolean isInCluster() {
		return this.nodes.isCluster();
	}

	RedisSession session(String key) {
		return this.nodes.session(key);
	}

	/** How many connections for commits may be made still. */
	Semaphore commitConnections() {
		return this.commitConnections;
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
		Reach reach = new Reach(this.nodes.isCluster());
		if (!reach.meet(this::meetGroup)) {
			this.membership.changed(System.nanoTime() + AWAY_NANOS);
		}
		for (RedisPartitionLease lease : this.leases.values()) {
			var _ = reach.meet(() -> lease.met(this.nodes.session(RedisKeys.lease(name(), lease.partition()))));
		}
		reach.requireAny();
		tellEnded();
		balance(reach);
		deliver(reach);
		this.reads.wanted(this.leases.values())
			.forEach((reader, sources) -> reach.tryTo(() -> this.reads.read(reader, sources, this.leases.size())));
		await(timeout);
		deliver(reach);
		tellEnded();
	}

	private void deliver(Reach reach) {
		for (RedisReader<RedisPartitionLease.Source> reader : this.reads.readers()) {
			var _ = reach.tryTo(() -> {
				for (RedisReader.Read<RedisPartitionLease.Source> read : reader.take()) {
					RedisPartitionLease lease = read.source().lease();
					if (this.leases.get(lease.partition()) == lease) {
						this.listener.fetched(lease, lease.read(read));
					}
				}
			});
		}
	}

	private void await(Duration timeout) {
		long idle = TimeUnit.NANOSECONDS.toMillis(this.membership.idleNanos(System.nanoTime()));
		long millis = Math.min(Math.min(timeout.toMillis(), LONGEST_WAIT_MILLIS), this.reads.restMillis(idle));
		try {
			var _ = this.wakeups.tryAcquire(Math.max(millis, 1), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
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
			drain(this.leases.values().stream().filter((lease) -> !this.draining.containsKey(lease)).toList());
			CompletableFuture.allOf(this.draining.values().toArray(CompletableFuture[]::new)).join();
			releaseDrained();
			RedisSession session = this.nodes.current(RedisKeys.members(name()));
			if (session != null) {
				session.await("leave group " + name(), beat(session, 0));
			}
		}
		catch (StreamException ex) {
			logger.debug("{} could not leave its group in good order; its leases will run out", this.id, ex);
		}
		finally {
			this.renewal.cancel(false);
			this.nodes.close();
		}
	}

	private void tellEnded() {
		StreamException fatal = null;
		for (Ended next = this.ended.poll(); next != null; next = this.ended.poll()) {
			RedisPartitionLease lease = next.lease();
			this.draining.remove(lease);
			if (this.leases.remove(lease.partition(), lease)) {
				this.reads.forget(lease);
				this.listener.lost(lease, next.cause());
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

	private void meetGroup() {
		RedisSession session = this.nodes.session(RedisKeys.members(name()));
		long now = System.nanoTime();
		if (session != this.listening) {
			this.membership.changed(now);
			listen(session);
			this.listening = session;
		}
		for (String notice = this.noticed.poll(); notice != null; notice = this.noticed.poll()) {
			if (notice.equals("changed")) {
				this.membership.changed(now);
			}
			else {
				this.membership.freed(Integer.parseInt(notice));
			}
		}
		if (this.membership.isHeartbeatDue(now)) {
			heartbeat(session);
		}
	}

	/** Without it a rebalance takes as long as a heartbeat, and is as good. */
	private void listen(RedisSession session) {
		try {
			session.listen(RedisKeys.changes(name()), (notice) -> {
				this.noticed.add(notice);
				wakeup();
			});
		}
		catch (FatalStreamException ex) {
			logger.warn(
					"{}: changes of the group are noticed by heartbeat only, for its channel cannot be listened to: {}",
					name(), ex.getMessage());
		}
	}

	private void heartbeat(RedisSession session) {
		long asked = System.nanoTime();
		Assignment proposal = heard(session.await("heartbeat of group " + name(), beat(session, leaseMillis())), asked);
		for (int i = 0; i < MAX_PROPOSALS && proposal != null; i++) {
			asked = System.nanoTime();
			proposal = heard(session.await("assign partitions of group " + name(), propose(session, proposal)), asked);
		}
		if (proposal != null) {
			this.membership.changed(System.nanoTime());
		}
	}

	private @Nullable Assignment heard(List<Object> reply, long asked) {
		this.stored = RedisLink.text((byte[]) reply.getFirst());
		long otherEndsIn = (Long) reply.get(1);
		List<String> members = reply.subList(2, reply.size())
			.stream()
			.map((member) -> RedisLink.text((byte[]) member))
			.toList();
		return this.membership.heard(members, TimeUnit.MILLISECONDS.toNanos(otherEndsIn),
				Assignment.decode(this.stored), asked);
	}

	private CompletableFuture<List<Object>> beat(RedisSession session, long millis) {
		return session.run(RedisScript.HEARTBEAT, ScriptOutputType.MULTI, groupKeys(), RedisLink.bytes(this.id),
				RedisLink.bytes(millis), RedisLink.bytes(RedisKeys.changes(name())));
	}

	private CompletableFuture<List<Object>> propose(RedisSession session, Assignment next) {
		return session.run(RedisScript.HEARTBEAT, ScriptOutputType.MULTI, groupKeys(), RedisLink.bytes(this.id),
				RedisLink.bytes(leaseMillis()), RedisLink.bytes(RedisKeys.changes(name())),
				RedisLink.bytes(this.stored), RedisLink.bytes(next.encode()));
	}

	private String[] groupKeys() {
		return new String[] { RedisKeys.members(name()), RedisKeys.assignment(name()) };
	}

	// Ownership.

	private void balance(Reach reach) {
		drain(this.membership.surplus(this.leases.keySet())
			.stream()
			.map(this.leases::get)
			.filter(Objects::nonNull)
			.filter((lease) -> !this.draining.containsKey(lease))
			.toList());
		var _ = reach.tryTo(this::releaseDrained);
		List<Acquisition> asked = new ArrayList<>();
		for (int partition : this.membership.wanted(this.leases.keySet(), System.nanoTime())) {
			boolean repeated = !this.unanswered.add(partition);
			if (!reach.tryTo(() -> asked.add(new Acquisition(this,
					this.nodes.session(RedisKeys.lease(name(), partition)), partition, randomHex(8), repeated)))) {
				this.membership.taken(partition, AWAY_NANOS, System.nanoTime());
			}
		}
		int held = this.leases.size();
		take(asked);
		if (this.leases.size() > held) {
			var _ = reach.tryTo(this::register);
		}
	}

	/** Tells operators that the group is there, and what it reads. */
	private void register() {
		RedisSession session = this.nodes.session(RedisKeys.GROUPS);
		session.await("register group " + name(), session.commands()
			.hset(RedisKeys.GROUPS, name(), RedisLink.bytes(RegisteredGroup.of(this.group).encode())));
	}

	/** Takes what there is, also when one of them fails. */
	private void take(List<Acquisition> asked) {
		StreamException failure = null;
		for (Acquisition acquisition : asked) {
			try {
				take(acquisition);
			}
			catch (StreamException ex) {
				this.membership.taken(acquisition.partition(), AWAY_NANOS, System.nanoTime());
				failure = (failure instanceof FatalStreamException) ? failure : ex;
			}
		}
		if (failure instanceof FatalStreamException || (failure != null && !this.nodes.isCluster())) {
			throw failure;
		}
	}

	private void take(Acquisition acquisition) {
		RedisPartitionLease lease = acquisition.await();
		this.unanswered.remove(acquisition.partition());
		if (lease != null) {
			this.membership.freed(lease.partition());
			this.leases.put(lease.partition(), lease);
			this.listener.acquired(lease);
			lease.begin();
		}
		else {
			this.membership.taken(acquisition.partition(), acquisition.freeInNanos(), System.nanoTime());
		}
	}

	private void drain(Collection<RedisPartitionLease> given) {
		for (RedisPartitionLease lease : given) {
			lease.stopReading();
			this.reads.forget(lease);
		}
		for (RedisPartitionLease lease : given) {
			CompletableFuture<Void> drained = this.listener.revoked(List.<PartitionOwnership>of(lease));
			this.draining.put(lease, drained);
			var _ = drained.whenComplete((done, failure) -> wakeup());
		}
	}

	private void releaseDrained() {
		List<RedisPartitionLease> drained = this.draining.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().isDone())
			.map(Map.Entry::getKey)
			.toList();
		List<Runnable> answers = new ArrayList<>();
		for (RedisPartitionLease lease : drained) {
			this.draining.remove(lease);
			this.leases.remove(lease.partition(), lease);
			lease.end(new FencedException("Partition " + lease.partition() + " of " + name() + " was given up", null));
			RedisSession session = currentSession(lease.partition());
			if (session != null) {
				CompletableFuture<Long> answer = lease.release(session);
				answers.add(() -> session.await("release partition " + lease.partition(), answer));
			}
		}
		answers.forEach(Runnable::run);
	}

	private void renewLeases() {
		try {
			for (RedisPartitionLease lease : this.leases.values()) {
				lease.endIfExpired();
				RedisSession session = currentSession(lease.partition());
				if (session != null && !lease.hasEnded()) {
					lease.renew(session);
				}
			}
		}
		catch (RuntimeException ex) {
			// A periodic task that throws is never run again.
			logger.warn("{}: leases could not be renewed", name(), ex);
		}
	}

	private static String randomHex(int bytes) {
		byte[] random = new byte[bytes];
		RANDOM.nextBytes(random);
		return HexFormat.of().formatHex(random);
	}

	private record Ended(RedisPartitionLease lease, StreamException cause) {

	}

	/**
	 * Lets one server that is away not keep the member from the others. Where there is
	 * one only, what needs it fails at once.
	 */
	private static final class Reach {

		private final boolean several;

		private boolean reached;

		private @Nullable RetriableException failure;

		private Reach(boolean several) {
			this.several = several;
		}

		/** Takes a step on which it depends whether anything can be reached. */
		private boolean meet(Runnable step) {
			return tryTo(() -> {
				step.run();
				this.reached = true;
			});
		}

		private boolean tryTo(Runnable step) {
			try {
				step.run();
				return true;
			}
			catch (RetriableException ex) {
				if (!this.several) {
					throw ex;
				}
				logger.debug("A server of the cluster is away", ex);
				this.failure = ex;
				return false;
			}
		}

		private void requireAny() {
			if (!this.reached && this.failure != null) {
				throw this.failure;
			}
		}

	}

}
