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

	/** What of them the room has been told. */
	private int toldEvents;

	private long toldBytes;

	private boolean paused;

	/** Whether it has reached a bound of its own since it was paused, or by that. */
	private boolean reachedOwn;

	private boolean over;

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

	/** Gives all back. What a commit under way removes after that counts no more. */
	void end() {
		this.events = 0;
		this.bytes = 0;
		tell();
		this.over = true;
	}

	/** Once for all that came or went together: it is all partitions' count. */
	private void tell() {
		if (!this.over && (this.events != this.toldEvents || this.bytes != this.toldBytes)) {
			this.room.take(this.events - this.toldEvents, this.bytes - this.toldBytes);
			this.toldEvents = this.events;
			this.toldBytes = this.bytes;
		}
	}

	/** Whether fetching is to be paused now; true once until it is to be resumed. */
	boolean pauses(Collection<InputProgress> inputs) {
		tell();
		this.reachedOwn |= isFull(inputs);
		if (this.paused || !(this.reachedOwn || isOfTooMany())) {
			return false;
		}
		this.paused = true;
		return true;
	}

	private boolean isFull(Collection<InputProgress> inputs) {
		return this.events >= this.maxEvents || this.bytes >= MAX_BYTES
				|| inputs.stream().anyMatch((input) -> input.windowSize() >= this.maxWindow);
	}

	private boolean isOfTooMany() {
		return (this.events >= this.room.partEvents() || this.bytes >= this.room.partBytes()) && this.room.isFull();
	}

	/**
	 * Whether fetching is to be resumed now: half of what it may have is gone, and of
	 * what it may have of all there is enough.
	 */
	boolean resumes(Collection<InputProgress> inputs) {
		tell();
		if (!this.paused || !hasRoom(inputs)) {
			return false;
		}
		this.paused = false;
		this.reachedOwn = false;
		return true;
	}

	private boolean hasRoom(Collection<InputProgress> inputs) {
		return (!this.reachedOwn || isHalfFree(inputs))
				&& ((this.events <= this.room.partEvents() / 2 && this.bytes <= this.room.partBytes() / 2)
						|| !this.room.isScarce());
	}

	private boolean isHalfFree(Collection<InputProgress> inputs) {
		return this.events <= this.maxEvents / 2 && this.bytes <= MAX_BYTES / 2
				&& inputs.stream().allMatch((input) -> input.windowSize() < this.resumeWindow);
	}

}
