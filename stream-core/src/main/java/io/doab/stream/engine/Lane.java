package io.doab.stream.engine;

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

	/** Removes the first work. */
	void removeFirst() {
		Work removed = this.first;
		if (removed != null) {
			this.first = removed.next;
			removed.next = null;
			if (this.first == null) {
				this.last = null;
			}
		}
	}

	void clear() {
		this.first = null;
		this.last = null;
	}

}
