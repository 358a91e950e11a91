package io.doab.stream.engine;

import java.util.Collection;

import io.doab.stream.spi.StreamRecord;

/**
 * What a partition has fetched and not committed, and whether that is as much as it may:
 * the back-pressure. Belongs to the lock of its partition.
 */
final class InFlight {

	/**
	 * How much larger than the bound of events in flight the window of a stuck prefix may
	 * become.
	 */
	private static final int WINDOW_FACTOR = 4;

	/** And by how many events: each commit says which of them are done. */
	private static final int MAX_BEYOND = 6_000;

	/**
	 * Whatever the number of events: a backlog of large ones must not cost the process
	 * its memory.
	 */
	private static final long MAX_BYTES = 32L * 1024 * 1024;

	private final int maxEvents;

	private final MemberRoom room;

	private final long maxWindow;

	/**
	 * More than the events alone may make of it, or a stuck prefix would stop the rest.
	 */
	private final long resumeWindow;

	private int events;

	private long bytes;

	private boolean paused;

	/**
	 * Creates it.
	 * @param maxEvents of the partition, however few others there are
	 * @param room what it shares with the others
	 */
	InFlight(int maxEvents, MemberRoom room) {
		this.maxEvents = maxEvents;
		this.room = room;
		this.maxWindow = maxEvents + Math.min((WINDOW_FACTOR - 1L) * maxEvents, MAX_BEYOND);
		this.resumeWindow = maxEvents + (this.maxWindow - maxEvents) / 2;
	}

	int events() {
		return this.events;
	}

	void add(StreamRecord record) {
		this.events++;
		this.bytes += record.event().size();
	}

	void remove(StreamRecord record) {
		this.events--;
		this.bytes -= record.event().size();
	}

	void clear() {
		this.events = 0;
		this.bytes = 0;
	}

	/** Whether fetching is to be paused now; true once until it is to be resumed. */
	boolean pauses(Collection<InputProgress> inputs) {
		boolean full = this.events >= maxEvents() || this.bytes >= maxBytes()
				|| inputs.stream().anyMatch((input) -> input.windowSize() >= this.maxWindow);
		if (this.paused || !full) {
			return false;
		}
		this.paused = true;
		return true;
	}

	private int maxEvents() {
		return Math.min(this.maxEvents, this.room.events());
	}

	private long maxBytes() {
		return Math.min(MAX_BYTES, this.room.bytes());
	}

	/** Whether fetching is to be resumed now: half of what it may have is gone. */
	boolean resumes(Collection<InputProgress> inputs) {
		boolean room = this.events <= maxEvents() / 2 && this.bytes <= maxBytes() / 2
				&& inputs.stream().allMatch((input) -> input.windowSize() < this.resumeWindow);
		if (!this.paused || !room) {
			return false;
		}
		this.paused = false;
		return true;
	}

}
