package io.doab.stream.redis;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What a member knows of its group, and what that asks of it: when to tell that it is
 * alive, which partitions to give up, which to try to take. It decides, and does nothing
 * itself: the member acts on it, over a real server or, in a simulation, over a model of
 * one.
 *
 * <p>
 * It says what should be, not what is: that two members do not own a partition at once is
 * for its lease to ensure. So what it knows may be old, and do no harm.
 *
 * <p>
 * Times are counts of nanoseconds that only differ meaningfully. For one thread.
 */
final class Membership {

	/** How many times within the life of a membership, or a lease, it is renewed. */
	static final int RENEWALS = 3;

	/** A lease that was found taken is tried again at least so often. */
	private static final int RETRIES = 3;

	private final String self;

	private final int partitions;

	private final long leaseNanos;

	private Assignment assignment = Assignment.NONE;

	private long nextHeartbeat;

	/** When a lease that another holds may be free. */
	private final Map<Integer, Long> notBefore = new HashMap<>();

	/**
	 * Creates the view of a member that has heard nothing yet.
	 * @param leaseNanos how long a membership, and a lease, lasts without a sign of life
	 */
	Membership(String self, int partitions, long leaseNanos, long now) {
		this.self = self;
		this.partitions = partitions;
		this.leaseNanos = leaseNanos;
		this.nextHeartbeat = now;
	}

	boolean isHeartbeatDue(long now) {
		return this.nextHeartbeat - now <= 0;
	}

	/** Something is not as it was: who is there, the assignment, or the server. */
	void changed(long now) {
		this.nextHeartbeat = now;
	}

	/**
	 * Takes the answer to a heartbeat.
	 * @param members who is there, this member among them
	 * @param otherEndsIn after how long one of the others counts as gone unless it is
	 * heard of: it is looked for then, and not as late as the next heartbeat. Negative
	 * without others
	 * @param stored the group's assignment
	 * @param asked when the heartbeat was sent
	 * @return the assignment that the group should have instead, or null when it is right
	 */
	@Nullable Assignment heard(Collection<String> members, long otherEndsIn, Assignment stored, long asked) {
		long period = this.leaseNanos / RENEWALS;
		this.nextHeartbeat = asked + ((otherEndsIn < 0) ? period : Math.clamp(otherEndsIn, 1, period));
		this.assignment = stored;
		Set<Integer> mine = stored.of(this.self);
		this.notBefore.keySet().retainAll(mine);
		return stored.isFor(members, this.partitions) ? null : stored.next(members, this.partitions);
	}

	/** Of the partitions that are held, those that are to be given up. */
	List<Integer> surplus(Collection<Integer> held) {
		Set<Integer> mine = this.assignment.of(this.self);
		return held.stream().filter((partition) -> !mine.contains(partition)).sorted().toList();
	}

	/** Of the partitions that are not held, those to try to take now. */
	List<Integer> wanted(Collection<Integer> held, long now) {
		return this.assignment.of(this.self)
			.stream()
			.filter((partition) -> !held.contains(partition))
			.filter((partition) -> this.notBefore.getOrDefault(partition, now) - now <= 0)
			.sorted()
			.toList();
	}

	/**
	 * A lease is another's.
	 * @param freeIn after how long it ends unless it is renewed
	 */
	void taken(int partition, long freeIn, long now) {
		long bounded = Math.clamp(freeIn, 1, Math.max(1, this.leaseNanos / RETRIES));
		this.notBefore.put(partition, now + bounded);
	}

	/** A lease may be free. */
	void freed(int partition) {
		this.notBefore.remove(partition);
	}

	/** How long there is nothing to do but to read, unless something happens. */
	long idleNanos(long now) {
		long idle = this.nextHeartbeat - now;
		for (long retry : this.notBefore.values()) {
			idle = Math.min(idle, retry - now);
		}
		return Math.max(0, idle);
	}

	@Override
	public String toString() {
		return this.self + " of "
				+ this.assignment.shares()
					.entrySet()
					.stream()
					.map((share) -> share.getKey() + share.getValue())
					.collect(Collectors.joining(" "));
	}

}
