package io.doab.stream.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

import org.apache.kafka.common.TopicPartition;

/**
 * Which inputs of which partition numbers are assigned to a member, through assignments
 * that come and go in parts. A number is complete while all inputs of it are here: the
 * target of a group keeps them together, the steps towards it do not. For one thread.
 */
final class InputAssignment {

	private final Set<String> inputs;

	private final Map<Integer, Set<String>> present = new HashMap<>();

	InputAssignment(List<String> inputs) {
		this.inputs = Set.copyOf(inputs);
	}

	/** Adds what was assigned, and returns the numbers that became complete by it. */
	SortedSet<Integer> add(Collection<TopicPartition> assigned) {
		SortedSet<Integer> completed = new TreeSet<>();
		for (TopicPartition input : assigned) {
			Set<String> streams = this.present.computeIfAbsent(input.partition(), (partition) -> new HashSet<>());
			if (this.inputs.contains(input.topic()) && streams.add(input.topic())
					&& streams.size() == this.inputs.size()) {
				completed.add(input.partition());
			}
		}
		return completed;
	}

	/** Removes what is revoked, and returns the numbers that were complete until now. */
	SortedSet<Integer> remove(Collection<TopicPartition> revoked) {
		SortedSet<Integer> broken = new TreeSet<>();
		for (TopicPartition input : revoked) {
			Set<String> streams = this.present.getOrDefault(input.partition(), new HashSet<>());
			boolean complete = streams.size() == this.inputs.size();
			if (streams.remove(input.topic()) && complete) {
				broken.add(input.partition());
			}
		}
		return broken;
	}

	/** Removes everything, and returns the numbers that were complete. */
	SortedSet<Integer> clear() {
		SortedSet<Integer> complete = new TreeSet<>();
		this.present.forEach((partition, streams) -> {
			if (streams.size() == this.inputs.size()) {
				complete.add(partition);
			}
		});
		this.present.clear();
		return complete;
	}

}
