package io.doab.stream.spi;

import java.util.List;
import java.util.Set;

import io.doab.stream.StartAt;

/**
 * What a member of a group tells the backend about it.
 *
 * @param group the group's name
 * @param inputs the input streams, declared before, of {@code partitions} partitions each
 * @param partitions the number of partitions
 * @param states the names of the states
 * @param timers whether the group sets timers
 * @param startAt where to begin without a checkpoint
 * @param maxFetchEvents how many events of a partition one read may give
 */
public record GroupSpec(String group, List<String> inputs, int partitions, Set<String> states, boolean timers,
		StartAt startAt, int maxFetchEvents) {

	public GroupSpec {
		inputs = List.copyOf(inputs);
		states = Set.copyOf(states);
	}

}
