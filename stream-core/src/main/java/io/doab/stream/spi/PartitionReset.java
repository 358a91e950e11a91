package io.doab.stream.spi;

import java.util.Map;
import java.util.function.Predicate;

/**
 * What an owner makes of what a group has stored for a partition.
 *
 * @param checkpoints the new checkpoint of inputs; the others stay. How many entries one
 * holds does not matter: the backend finds out
 * @param clears whether a state of that name is removed, with all keys
 * @param clearsTimers whether all timers are removed
 */
public record PartitionReset(Map<String, Checkpoint> checkpoints, Predicate<String> clears, boolean clearsTimers) {

	public PartitionReset {
		checkpoints = Map.copyOf(checkpoints);
	}

}
