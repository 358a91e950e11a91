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

	/**
	 * What the others are compared with.
	 * @param workload without state or with it
	 */
	static Scale usual(Workload workload, int events) {
		return new Scale(String.join(", ", name(PARTITIONS, "partition"), name(1, "member"), name(events, "event"),
				name(KEYS, "key")), workload, PARTITIONS, 1, events, KEYS);
	}

	/**
	 * What differs from the usual in one thing each, but that many keys with state need a
	 * longer backlog.
	 * @param workload without state or with it
	 * @param events of most backlogs; the longest are ten times as long
	 */
	static List<Scale> others(Workload workload, int events) {
		if (workload == Workload.STATE) {
			return IntStream.of(Math.max(1, events / EVENTS_OF_KEY), events)
				.mapToObj((count) -> new Scale(name(count, "key") + ", " + name(EVENTS_OF_KEY * count, "event"),
						workload, PARTITIONS, 1, EVENTS_OF_KEY * count, count))
				.toList();
		}
		Stream<Scale> partitions = IntStream.of(1, 64)
			.mapToObj((count) -> new Scale(name(count, "partition"), workload, count, 1, events, KEYS));
		Stream<Scale> members = IntStream.of(2, PARTITIONS)
			.mapToObj((count) -> new Scale(name(count, "member"), workload, PARTITIONS, count, events, KEYS));
		Stream<Scale> backlogs = IntStream.of(Math.max(1, events / 10), 10 * events)
			.mapToObj((count) -> new Scale(name(count, "event"), workload, PARTITIONS, 1, count, KEYS));
		return Stream.of(partitions, members, backlogs).flatMap((scales) -> scales).toList();
	}

	private static String name(int count, String of) {
		return String.format(Locale.ROOT, "%,d %s", count, of) + ((count == 1) ? "" : "s");
	}

	/** As part of a name. */
	String label() {
		return "scale-" + this.workload.label() + "-" + this.what.replaceAll("[^a-z0-9]+", "-");
	}

}
