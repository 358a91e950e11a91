package io.doab.benchmarks.harness;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How large everything is on which an event's cost must not depend.
 *
 * @param what the one thing that differs, and how much of it there is
 * @param workload what is done
 */
record Scale(String what, Workload workload, int partitions, int members, int events, int keys) {

	private static final int KEYS = 1_000;

	private static final int PARTITIONS = 8;

	/** Of a key that comes once, state is never there when it is looked for. */
	private static final int EVENTS_OF_KEY = 10;

	/** All of them, for a backlog of so many events. */
	static List<Scale> of(int events) {
		Stream<Scale> partitions = IntStream.of(1, PARTITIONS, 64)
			.mapToObj((count) -> new Scale(name(count, "partition"), Workload.TRANSFORM, count, 1, events, KEYS));
		Stream<Scale> members = IntStream.of(2, PARTITIONS)
			.mapToObj((count) -> new Scale(name(count, "member"), Workload.TRANSFORM, PARTITIONS, count, events, KEYS));
		Stream<Scale> backlogs = IntStream.of(Math.max(1, events / 10), 3 * events)
			.mapToObj((count) -> new Scale("a backlog of " + name(count, "event"), Workload.TRANSFORM, PARTITIONS, 1,
					count, KEYS));
		Stream<Scale> keys = IntStream.of(KEYS, 100 * KEYS, 1_000 * KEYS)
			.filter((count) -> (long) EVENTS_OF_KEY * count <= events)
			.mapToObj((count) -> new Scale("state of " + name(count, "key"), Workload.STATE, PARTITIONS, 1, events,
					count));
		return Stream.of(partitions, members, backlogs, keys).flatMap((scales) -> scales).toList();
	}

	private static String name(int count, String of) {
		return String.format(Locale.ROOT, "%,d %s", count, of) + ((count == 1) ? "" : "s");
	}

	/** As part of a name. */
	String label() {
		return "scale-" + this.what.replaceAll("[^a-z0-9]+", "-");
	}

}
