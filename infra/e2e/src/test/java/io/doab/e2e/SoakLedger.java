package io.doab.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What was accepted and what came out of it, and whether the one follows from the other.
 * Safe for use by several threads.
 */
final class SoakLedger {

	/** By order, in the order of their requests: what was accepted must come to this. */
	private final Map<String, List<String>> expected = new LinkedHashMap<>();

	private final Map<String, List<String>> results = new HashMap<>();

	private final Map<Integer, ProcessingGaps> partitions = new HashMap<>();

	private final ProcessingGaps all = new ProcessingGaps();

	private long accepted;

	private long processed;

	/**
	 * A request was answered with 202.
	 * @param result what it must come to
	 */
	synchronized void accepted(String order, String result, int partition, long nowNanos) {
		this.expected.computeIfAbsent(order, (key) -> new ArrayList<>(5)).add(result.intern());
		this.accepted++;
		gaps(partition).accepted(nowNanos);
		this.all.accepted(nowNanos);
	}

	/** A result was read. */
	synchronized void processed(String order, String result, int partition, long nowNanos) {
		this.results.computeIfAbsent(order, (key) -> new ArrayList<>(5)).add(result.intern());
		this.processed++;
		gaps(partition).processed(nowNanos);
		this.all.processed(nowNanos);
	}

	private ProcessingGaps gaps(int partition) {
		return this.partitions.computeIfAbsent(partition, (key) -> new ProcessingGaps());
	}

	/** Whether there are as many results as requests. */
	synchronized boolean isEven() {
		return this.processed >= this.accepted;
	}

	synchronized long events() {
		return this.accepted;
	}

	synchronized int orders() {
		return this.expected.size();
	}

	/** The longest time in which a partition had no output while it had input. */
	synchronized Duration longestGapOfAPartition(long nowNanos) {
		return this.partitions.values()
			.stream()
			.map((gaps) -> gaps.longest(nowNanos))
			.max(Duration::compareTo)
			.orElse(Duration.ZERO);
	}

	/** The longest time in which there was no output at all while there was input. */
	synchronized Duration longestGapOfAll(long nowNanos) {
		return this.all.longest(nowNanos);
	}

	/** Orders whose results are not exactly what was accepted, in that order. */
	synchronized List<String> problems() {
		List<String> problems = new ArrayList<>();
		TreeSet<String> orders = new TreeSet<>(this.expected.keySet());
		orders.addAll(this.results.keySet());
		for (String order : orders) {
			List<String> wanted = this.expected.getOrDefault(order, List.of());
			List<String> found = this.results.getOrDefault(order, List.of());
			if (!wanted.equals(found)) {
				problems.add("order " + order + " was accepted as " + wanted + " and came out as " + found);
			}
		}
		return problems;
	}

}
