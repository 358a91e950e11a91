package io.doab.stream.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * A queue whose works run one at a time, in order. Belongs to the lock of its partition.
 *
 * <p>
 * A lane is active from when it gets work until it has none: ready, running or waiting
 * for a retry. The scheduler holds an active lane at most once, so no two threads run it.
 */
final class Lane {

	final OwnedPartition partition;

	/** What it is found under, or null for a lane of a single work. */
	final @Nullable Object name;

	boolean active;

	@Nullable Work first;

	private @Nullable Work last;

	Lane(OwnedPartition partition, @Nullable Object name) {
		this.partition = partition;
		this.name = name;
	}

	void add(Work work) {
		if (this.last == null) {
			this.first = work;
		}
		else {
			this.last.next = work;
		}
		this.last = work;
	}

	/** Puts works before all others, in their order. */
	void addFirst(List<? extends Work> works) {
		for (Work work : works.reversed()) {
			work.next = this.first;
			this.first = work;
			if (this.last == null) {
				this.last = work;
			}
		}
	}

	/** Puts a work behind those at the front for which a condition holds. */
	void addBehindLeading(Work added, Predicate<Work> leading) {
		Work before = null;
		for (Work work = this.first; work != null && leading.test(work); work = work.next) {
			before = work;
		}
		added.next = (before != null) ? before.next : this.first;
		if (before != null) {
			before.next = added;
		}
		else {
			this.first = added;
		}
		if (added.next == null) {
			this.last = added;
		}
	}

	/** Removes a work: the first, as a rule. */
	void remove(Work removed) {
		Work before = null;
		for (Work work = this.first; work != null; work = work.next) {
			if (work == removed) {
				unlink(before, work);
				return;
			}
			before = work;
		}
	}

	/** Removes works, and returns them. */
	List<Work> removeIf(Predicate<Work> condition) {
		List<Work> removed = new ArrayList<>();
		Work before = null;
		Work work = this.first;
		while (work != null) {
			Work next = work.next;
			if (condition.test(work)) {
				unlink(before, work);
				removed.add(work);
			}
			else {
				before = work;
			}
			work = next;
		}
		return removed;
	}

	private void unlink(@Nullable Work before, Work work) {
		if (before == null) {
			this.first = work.next;
		}
		else {
			before.next = work.next;
		}
		if (this.last == work) {
			this.last = before;
		}
		work.next = null;
	}

	void clear() {
		this.first = null;
		this.last = null;
	}

}
