package io.doab.stream.engine;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The lanes whose first work failed and keeps the whole partition waiting, and the lanes
 * that wait. Belongs to the lock of its partition.
 */
final class PartitionBlock {

	private final Set<Lane> blocking = new HashSet<>();

	private final Set<Lane> held = new LinkedHashSet<>();

	void block(Lane lane) {
		this.blocking.add(lane);
	}

	/**
	 * Blocks for a lane, or lets it wait for one that blocks already: what it waits for
	 * is the same.
	 * @return whether it is the one to try again
	 */
	boolean blocksOrHolds(Lane lane) {
		if (holds(lane)) {
			return false;
		}
		block(lane);
		return true;
	}

	/** Whether a lane has to wait. */
	boolean holds(Lane lane) {
		if (this.blocking.isEmpty() || this.blocking.contains(lane)) {
			return false;
		}
		this.held.add(lane);
		return true;
	}

	/**
	 * The first work of a lane did not fail.
	 * @return the lanes that may go on
	 */
	List<Lane> unblock(Lane lane) {
		if (!this.blocking.remove(lane) || !this.blocking.isEmpty()) {
			return List.of();
		}
		List<Lane> free = List.copyOf(this.held);
		this.held.clear();
		return free;
	}

	void clear() {
		this.blocking.clear();
		this.held.clear();
	}

}
