package io.doab.stream.redis;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What holds at every step of a simulation, and what holds when its faults are over.
 */
final class Invariants {

	/**
	 * How long the server is silent, by a slow clock, when the lease ends by the
	 * server's, which counts whole milliseconds.
	 */
	private static final long SHORTEST_TERM = (long) (Schedule.LEASE * (1 - Schedule.DRIFT)) - 2 * Schedule.MILLISECOND;

	private final Schedule schedule;

	/** Leases that the server has lost, and whose holders do not know. */
	private final Set<String> undone = new HashSet<>();

	Invariants(Schedule schedule) {
		this.schedule = schedule;
	}

	@SuppressWarnings("AnnotateFormatMethod")
	private static void check(boolean holds, String invariant, Object... words) {
		if (!holds) {
			throw new Violation(invariant.formatted(words));
		}
	}

	/**
	 * A commit was applied.
	 * @param before the commit that the server had last
	 */
	void applied(SimulatedCommit commit, long before, boolean again, boolean hasInput, boolean ofLastEpoch) {
		check(!again, "a commit is applied once: #%d", commit.id());
		check(commit.base() == before, "a commit is applied to the state on which it was prepared: #%d to #%d, not #%d",
				commit.id(), commit.base(), before);
		check(ofLastEpoch, "a commit is applied under the last epoch: #%d", commit.id());
		check(hasInput, "a commit answers an entry that the server has: #%d", commit.id());
	}

	/** A member was told that a commit was applied. */
	void reported(SimulatedServer server, SimulatedCommit commit) {
		check(server.hasCommit(commit.id()), "a commit that is reported as applied was applied: #%d", commit.id());
	}

	/** The lease of a partition ends though it was neither released nor ran out. */
	void undone(SimulatedServer server, int partition) {
		String lease = server.lease(partition);
		if (lease != null) {
			this.undone.add(lease);
		}
		// Its member may not know of it yet, and go by the one before.
		for (SimulatedMember member : this.schedule.members()) {
			SimulatedLease held = member.lease(partition);
			if (held != null) {
				this.undone.add(held.value());
			}
		}
	}

	/** A lease was granted. */
	void granted(SimulatedServer server, int partition, String member) {
		String granted = server.lease(partition);
		if (!server.isMaster() && granted != null) {
			this.undone.add(granted);
			return;
		}
		for (SimulatedMember other : this.schedule.members()) {
			SimulatedLease lease = other.lease(partition);
			if (lease != null && !other.name().equals(member) && other.isAlive() && !this.undone.contains(lease.value())
					&& !lease.term().isOver(other.process().clock())) {
				long silent = lease.term().silentNanos(other.process().clock());
				check(silent > SHORTEST_TERM && silent <= Schedule.LEASE,
						"one member at a time believes that it owns a partition: %d is granted to %s, and %s believes",
						partition, member, other.name());
				this.schedule.count(Happening.BOTH_BELIEVED_WITHIN_DRIFT);
			}
		}
	}

	/** The group was given another assignment. */
	void assigned(String before, String after) {
		Assignment from = Assignment.decode(before);
		Assignment to = Assignment.decode(after);
		check(to.version() == from.version() + 1, "an assignment follows from the one before: %s after %s", after,
				before);
		checkBalance(to);
		int moved = 0;
		int least = 0;
		int size = this.schedule.partitions() / to.shares().size();
		int larger = this.schedule.partitions() % to.shares().size();
		for (String member : to.shares().keySet()) {
			Set<Integer> had = from.of(member);
			moved += (int) had.stream().filter((partition) -> !to.of(member).contains(partition)).count();
			least += Math.max(0, had.size() - size - 1);
			larger -= (had.size() > size) ? 1 : 0;
		}
		least += Math.max(0, -larger);
		check(moved == least, "an assignment moves no more than balance needs: %d, not %d: %s after %s", moved, least,
				after, before);
	}

	private void checkBalance(Assignment assignment) {
		Set<Integer> all = new TreeSet<>();
		int smallest = Integer.MAX_VALUE;
		int largest = 0;
		int sum = 0;
		for (java.util.SortedSet<Integer> share : assignment.shares().values()) {
			all.addAll(share);
			sum += share.size();
			smallest = Math.min(smallest, share.size());
			largest = Math.max(largest, share.size());
		}
		check(sum == this.schedule.partitions() && all.size() == sum, "each partition is assigned to one member: %s",
				assignment.encode());
		check(largest - smallest <= 1, "the assignment is balanced: %s", assignment.encode());
	}

	/** Since some time there are no faults. */
	void settled() {
		Collection<SimulatedMember> there = this.schedule.members().stream().filter(SimulatedMember::isAlive).toList();
		List<String> names = there.stream().map(SimulatedMember::name).sorted().toList();
		check(there.stream().noneMatch(SimulatedMember::isLeaving), "who leaves is gone in time");
		Assignment assignment = Assignment.decode(this.schedule.server().assignment());
		check(assignment.isFor(names, this.schedule.partitions()),
				"every living member takes part, and no other, in time: %s of %s", assignment.encode(), names);
		checkBalance(assignment);
		for (SimulatedMember member : there) {
			Set<Integer> owned = new TreeSet<>();
			for (SimulatedLease lease : member.leases()) {
				if (!lease.hasEnded() && !lease.isDraining()
						&& lease.value().equals(this.schedule.server().lease(lease.partition()))) {
					owned.add(lease.partition());
				}
			}
			check(owned.equals(assignment.of(member.name())),
					"every partition is owned, by whom it is assigned to, in time: %s owns %s of %s", member.name(),
					owned, assignment.encode());
		}
	}

}
