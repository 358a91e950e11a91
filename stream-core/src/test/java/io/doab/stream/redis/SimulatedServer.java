package io.doab.stream.redis;

import java.util.BitSet;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.doab.stream.redis.SimulatedRedis.Grant;
import io.doab.stream.redis.SimulatedRedis.Group;
import io.doab.stream.redis.SimulatedRedis.Watched;

import org.jspecify.annotations.Nullable;

/**
 * A server within a simulation: the scripts, and what must be known of it to judge them.
 */
final class SimulatedServer {

	private static final long LEASE_MILLIS = TimeUnit.NANOSECONDS.toMillis(Schedule.LEASE);

	private final Schedule schedule;

	private final SimulatedRedis redis;

	/** The commits that it has, or had before it was flushed. */
	private final BitSet commits;

	/** The last entry of the inputs that it has of the server that it was copied from. */
	private final long inherited;

	/** The first entry of the inputs that it took itself. */
	private long firstOwn;

	/** Who took the partition last, and whether that one has released it. */
	private final @Nullable String[] holders;

	private long run;

	private boolean up = true;

	private boolean master = true;

	SimulatedServer(Schedule schedule) {
		this.schedule = schedule;
		this.redis = new SimulatedRedis(schedule.partitions(), schedule.broken(), this::publish);
		this.commits = new BitSet();
		this.inherited = 0;
		this.holders = new String[schedule.partitions()];
		this.run = schedule.nextNumber();
	}

	private SimulatedServer(SimulatedServer original) {
		this.schedule = original.schedule;
		this.redis = original.redis.copy(this::publish);
		this.commits = (BitSet) original.commits.clone();
		this.inherited = this.schedule.nextNumber();
		this.firstOwn = Long.MAX_VALUE;
		this.holders = original.holders.clone();
		this.run = this.inherited;
		this.master = false;
	}

	/** A replica that hears nothing more from now on. */
	SimulatedServer copy() {
		return new SimulatedServer(this);
	}

	/** Becomes master instead of another, which does not know it yet. */
	void promote(SimulatedServer former) {
		former.master = false;
		this.master = true;
		this.firstOwn = this.schedule.nextNumber();
	}

	boolean isMaster() {
		return this.master;
	}

	boolean isUp() {
		return this.up;
	}

	long run() {
		return this.run;
	}

	void stop() {
		this.up = false;
		this.run = this.schedule.nextNumber();
	}

	void start() {
		this.up = true;
	}

	void flush() {
		this.redis.flush();
	}

	void deleteLease(int partition) {
		this.redis.deleteLease(partition);
	}

	boolean hasAllCommitsOf(SimulatedServer other) {
		BitSet missing = (BitSet) other.commits.clone();
		missing.andNot(this.commits);
		return missing.isEmpty();
	}

	boolean hasCommit(long commit) {
		return this.commits.get((int) commit);
	}

	private boolean hasInput(long entry) {
		return entry <= this.inherited || entry >= this.firstOwn;
	}

	@Nullable String lease(int partition) {
		return this.redis.lease(millis(), partition);
	}

	String assignment() {
		return this.redis.assignment();
	}

	private long millis() {
		return TimeUnit.NANOSECONDS.toMillis(this.schedule.time().now());
	}

	private void publish(String notice) {
		this.schedule.members().forEach((member) -> member.link().publish(this, notice));
	}

	/** A read: a new entry of the partition's inputs. */
	long read() {
		return this.schedule.nextNumber();
	}

	Group heartbeat(String member, boolean stays, @Nullable String base, String proposal) {
		String before = this.redis.assignment();
		Group group = this.redis.heartbeat(millis(), member, stays ? LEASE_MILLIS : 0, base, proposal);
		String after = this.redis.assignment();
		if (!before.equals(after)) {
			this.schedule.count(Happening.ASSIGNMENT);
			this.schedule.trace(member, "assigns %s", after);
			this.schedule.invariants().assigned(before, after);
		}
		else if (base != null) {
			this.schedule.count(Happening.REFUSED_PROPOSAL);
			this.schedule.trace(member, "proposes %s, which does not follow from %s", proposal, before);
		}
		return group;
	}

	Grant acquire(String member, int partition, String nonce) {
		Grant grant = this.redis.acquire(millis(), partition, member, nonce, LEASE_MILLIS);
		if (grant.epoch() == 0) {
			this.schedule.trace(member, "asks for %d: %s has it", partition, lease(partition));
			return grant;
		}
		String last = this.holders[partition];
		this.schedule.count(Happening.ACQUISITION);
		if (last != null && !last.equals(member)) {
			this.schedule.count(Happening.TAKE_OVER);
		}
		this.holders[partition] = member;
		this.schedule.trace(member, "is granted %d as %s", partition, Objects.requireNonNull(lease(partition)));
		this.schedule.invariants().granted(this, partition, member);
		return grant;
	}

	long release(String member, int partition, String value) {
		long released = this.redis.release(millis(), partition, value);
		if (released == 1) {
			this.schedule.count(Happening.HAND_OVER);
			this.holders[partition] = null;
		}
		this.schedule.trace(member, "releases %d: %s", partition, (released == 1) ? "free" : "not its own");
		return released;
	}

	long renew(String member, int partition, String value) {
		long renewed = this.redis.renew(millis(), partition, value, LEASE_MILLIS);
		if (renewed == 0) {
			this.schedule.count(Happening.REFUSED_RENEWAL);
			this.schedule.trace(member, "renewal of %d refused: %s", partition, lease(partition));
		}
		return renewed;
	}

	/** A commit as the script applies it. */
	String commit(SimulatedLease lease, SimulatedCommit commit) {
		int partition = lease.partition();
		long before = this.redis.content(partition);
		String answer = this.redis.commit(millis(), partition, lease.value(), LEASE_MILLIS, commit.number(),
				commit.id());
		this.schedule.trace(lease.member().name(), "commit #%d, number %d of %d%s: %s", commit.id(), commit.number(),
				partition, this.master ? "" : " on the former master", answer);
		switch (answer) {
			case "OK" -> applied(lease, commit, before);
			case "DUP" -> this.schedule.count(Happening.DUPLICATE_COMMIT);
			case "LOST" -> this.schedule.count(Happening.FENCED_COMMIT);
			default -> this.schedule.count(Happening.GAP_IN_COMMITS);
		}
		return answer;
	}

	private void applied(SimulatedLease lease, SimulatedCommit commit, long before) {
		this.schedule.count(this.master ? Happening.COMMIT : Happening.COMMIT_ON_FORMER_MASTER);
		this.schedule.invariants()
			.applied(commit, before, hasCommit(commit.id()), hasInput(commit.input()),
					lease.epoch() == this.redis.epoch(lease.partition()));
		this.commits.set((int) commit.id());
	}

	Watched watch(int partition) {
		return this.redis.watch(millis(), partition);
	}

	/** A commit as a transaction. */
	boolean execute(SimulatedLease lease, Watched watched, SimulatedCommit commit) {
		int partition = lease.partition();
		long before = this.redis.content(partition);
		boolean applied = this.redis.execute(millis(), partition, watched, LEASE_MILLIS, commit.number(), commit.id());
		this.schedule.trace(lease.member().name(), "transaction #%d, number %d of %d%s: %s", commit.id(),
				commit.number(), partition, this.master ? "" : " on the former master", applied);
		this.schedule.count(applied ? Happening.TRANSACTION : Happening.DROPPED_TRANSACTION);
		if (applied) {
			applied(lease, commit, before);
		}
		return applied;
	}

}
