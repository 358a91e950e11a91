package io.doab.stream.engine;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

import io.doab.stream.spi.StateKey;

import org.jspecify.annotations.Nullable;

/**
 * Parked events that run one after the other: one that failed, and what came after it in
 * its lane. Either it waits until its first is due, or it is worked off. Belongs to the
 * lock of its partition, as what it holds does.
 */
final class ParkedQueue {

	/** The name of the lane that waits behind it, or null when none does. */
	final @Nullable Object lane;

	/** Timers of the lane, which fire when the queue is through. */
	final List<Work.TimerWork> deferred = new ArrayList<>();

	private final ArrayDeque<Entry> entries = new ArrayDeque<>();

	/** When its first is tried again, or null while it is worked off. */
	private @Nullable Instant due;

	/** How many of the first entries are on their way to their lane, or in it. */
	private int loaded;

	ParkedQueue(@Nullable Object lane, @Nullable Instant due) {
		this.lane = lane;
		this.due = due;
	}

	@Nullable Instant due() {
		return this.due;
	}

	boolean isWaiting() {
		return this.due != null;
	}

	boolean isEmpty() {
		return this.entries.isEmpty();
	}

	boolean isStored() {
		Entry first = this.entries.peek();
		return first != null && first.stored;
	}

	/** Whether the next entries are to be loaded. */
	boolean needsMore() {
		return this.due == null && this.loaded == 0 && !this.entries.isEmpty();
	}

	void waitUntil(Instant time) {
		this.due = time;
		this.loaded = 0;
	}

	void workOff() {
		this.due = null;
	}

	Entry add(long number, int size) {
		Entry entry = new Entry(this, number, size);
		this.entries.add(entry);
		return entry;
	}

	/** One of the entries that were loaded is done: the first, as a rule. */
	void remove(Entry entry) {
		this.entries.remove(entry);
		this.loaded--;
	}

	/**
	 * The next entries to load, at least one if the first is stored; whoever asks loads
	 * them.
	 */
	List<Entry> load(int maxEvents, long maxBytes) {
		List<Entry> next = new ArrayList<>();
		long bytes = 0;
		for (Entry entry : this.entries) {
			bytes += entry.size;
			if (!entry.stored || next.size() == maxEvents || (bytes > maxBytes && !next.isEmpty())) {
				break;
			}
			next.add(entry);
		}
		this.loaded = next.size();
		return next;
	}

	/** One parked event: what is known of it without reading it. */
	static final class Entry {

		final ParkedQueue queue;

		/**
		 * Its place among all that the partition parks, and the name it is stored under.
		 */
		final long number;

		final int size;

		/** Whether the commit that stored it as it is was applied. */
		boolean stored;

		private Entry(ParkedQueue queue, long number, int size) {
			this.queue = queue;
			this.number = number;
			this.size = size;
		}

		StateKey key() {
			return new StateKey(ProcessorRuntime.PARKED_STATE, Long.toString(this.number));
		}

	}

}
