package io.doab.stream.engine;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

import io.doab.stream.Position;
import io.doab.stream.spi.Checkpoint;

/**
 * How far one input of an owned partition is: the window of events that were fetched and
 * are not yet part of the prefix. Belongs to the lock of its partition.
 */
final class InputProgress {

	private final ArrayDeque<Entry> window = new ArrayDeque<>();

	/**
	 * What an earlier owner did beyond its prefix, until it has been fetched again and
	 * skipped.
	 */
	private final Set<Position> doneBefore;

	private Position prefix;

	private Position scannedTo;

	private long entries;

	InputProgress(Checkpoint checkpoint) {
		this.prefix = checkpoint.prefix();
		this.scannedTo = checkpoint.prefix();
		this.entries = checkpoint.entries();
		this.doneBefore = new HashSet<>(checkpoint.done());
	}

	/**
	 * Takes up a fetched event; its entry is done already when an earlier owner did it.
	 */
	Entry add(Position position) {
		Entry entry = new Entry(position);
		entry.done = !this.doneBefore.isEmpty() && this.doneBefore.remove(position);
		this.window.add(entry);
		return entry;
	}

	void scannedTo(Position position) {
		if (position.compareTo(this.scannedTo) > 0) {
			this.scannedTo = position;
		}
	}

	Position scannedTo() {
		return this.scannedTo;
	}

	int windowSize() {
		return this.window.size();
	}

	/**
	 * Whether the prefix could move although no event was done: positions without an
	 * event, or skipped ones.
	 */
	boolean canAdvance() {
		Entry first = this.window.peek();
		return (first != null) ? first.done : this.scannedTo.compareTo(this.prefix) > 0;
	}

	/** Moves the prefix over what is done and returns the checkpoint that says so. */
	Checkpoint advance() {
		for (Entry first = this.window.peek(); first != null && first.done; first = this.window.peek()) {
			this.window.remove();
			this.prefix = first.position;
			this.entries = (this.entries == Checkpoint.UNKNOWN) ? Checkpoint.UNKNOWN : this.entries + 1;
		}
		if (this.window.isEmpty()) {
			this.prefix = this.scannedTo;
		}
		return new Checkpoint(this.prefix, doneBeyondPrefix(), this.entries);
	}

	private Set<Position> doneBeyondPrefix() {
		Set<Position> done = new LinkedHashSet<>();
		for (Entry entry : this.window) {
			if (entry.done) {
				done.add(entry.position);
			}
		}
		done.addAll(this.doneBefore);
		return done;
	}

	/** One fetched event. */
	static final class Entry {

		private final Position position;

		private boolean done;

		private Entry(Position position) {
			this.position = position;
		}

		boolean isDone() {
			return this.done;
		}

		void markDone() {
			this.done = true;
		}

	}

}
