package io.doab.benchmarks.harness;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Counts numbered events: which were seen, which twice, and whether those of a key came
 * in order. The key of an event follows from its number. Safe for use by many threads.
 */
public final class EventCount {

	private final int expected;

	private final int[] last;

	private final long[] counts;

	private final BitSet seen;

	private long doubled;

	private long unordered;

	private long wrong;

	/**
	 * Creates a count of none.
	 * @param expected how many events are to come, numbered from 0
	 * @param keys how many keys they have
	 */
	public EventCount(int expected, int keys) {
		this.expected = expected;
		this.last = new int[keys];
		Arrays.fill(this.last, -1);
		this.counts = new long[keys];
		this.seen = new BitSet(expected);
	}

	/** Counts an event. */
	public synchronized void add(int number) {
		if (number < 0 || number >= this.expected) {
			this.wrong++;
			return;
		}
		if (this.seen.get(number)) {
			this.doubled++;
			return;
		}
		this.seen.set(number);
		int key = number % this.last.length;
		if (number < this.last[key]) {
			this.unordered++;
		}
		this.last[key] = Math.max(number, this.last[key]);
		this.counts[key]++;
	}

	/** Counts an output that is not what it should be. */
	public synchronized void addWrong() {
		this.wrong++;
	}

	/** Counts an event that was begun while another one of its key ran. */
	public synchronized void addUnordered() {
		this.unordered++;
	}

	/** How many events of the key of that event were counted. */
	public synchronized long countOfKey(int number) {
		return this.counts[number % this.counts.length];
	}

	public synchronized int seen() {
		return this.seen.cardinality();
	}

	public synchronized Soundness soundness() {
		return new Soundness(this.expected, this.seen.cardinality(), this.doubled, this.unordered, this.wrong);
	}

}
