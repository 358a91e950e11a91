package io.doab.stream;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a reset has done.
 *
 * @param moved the partitions that were moved, in order
 * @param parked how many parked events there were, of these partitions
 */
public record ResetReport(String group, List<Moved> moved, int parked) {

	public ResetReport {
		moved = List.copyOf(moved);
	}

	/**
	 * A partition of an input that was moved.
	 *
	 * @param before the prefix that the group had, to go back to; null when it had none
	 * @param after the prefix that it has now: it goes on with the event behind it
	 * @param keptDone how many events behind that stay done
	 */
	public record Moved(StreamPartition partition, @Nullable Position before, Position after, int keptDone) {

	}

}
