package io.doab.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Partitions in few words: {@code 0,2}, {@code 0-5,9}, {@code -} for none, and only how
 * many of how many when it would be long.
 */
final class PartitionText {

	private static final int MAX_RUNS = 6;

	private PartitionText() {
	}

	static String of(Set<Integer> partitions, int all) {
		if (partitions.isEmpty()) {
			return "-";
		}
		List<String> runs = new ArrayList<>();
		TreeSet<Integer> rest = new TreeSet<>(partitions);
		while (!rest.isEmpty()) {
			int first = rest.pollFirst();
			int last = first;
			while (rest.remove(last + 1)) {
				last++;
			}
			runs.add(run(first, last));
		}
		return (runs.size() > MAX_RUNS) ? partitions.size() + " of " + all : String.join(",", runs);
	}

	private static String run(int first, int last) {
		return switch (last - first) {
			case 0 -> String.valueOf(first);
			case 1 -> first + "," + last;
			default -> first + "-" + last;
		};
	}

}
