package io.doab.stream.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much the partitions of one member may have in flight together: one that owns very
 * many must not need as much more memory than one that owns a few. While there is room
 * each may have what it may have alone; once it is full, those that have more than an
 * equal part wait until there is room again. For all threads.
 */
final class MemberRoom {

	/** Of all partitions together. Where they are few, they have bounds of their own. */
	private static final int MAX_EVENTS = 40_000;

	/** So many each, however many they are. */
	private static final int LEAST_EVENTS = 64;

	/** Which part of the heap events may fill. */
	private static final int HEAP_PART = 8;

	/** So many bytes each, whatever the heap. One event is always taken. */
	private static final long LEAST_BYTES = 128 * 1024;

	private final int maxEvents;

	private final long maxBytes;

	private final AtomicInteger partitions = new AtomicInteger();

	private final AtomicLong events = new AtomicLong();

	private final AtomicLong bytes = new AtomicLong();

	/** Whether partitions wait for room. */
	private final AtomicBoolean awaited = new AtomicBoolean();

	/**
	 * Creates it.
	 * @param partitionEvents what one partition may have, however few others there are
	 * @param heapBytes of the process
	 */
	MemberRoom(int partitionEvents, long heapBytes) {
		this.maxEvents = Math.max(partitionEvents, MAX_EVENTS);
		this.maxBytes = heapBytes / HEAP_PART;
	}

	/** There is one partition more. */
	void enter() {
		this.partitions.incrementAndGet();
	}

	/** There is one less, which has given back what it took. */
	void leave() {
		this.partitions.decrementAndGet();
	}

	/** A partition takes so much, or when it is negative gives it back. */
	void take(long someEvents, long someBytes) {
		this.events.addAndGet(someEvents);
		this.bytes.addAndGet(someBytes);
	}

	/**
	 * Whether nobody may have more than its part. If so, whoever asks is told of by
	 * {@link #freed} that there is room again.
	 */
	boolean isFull() {
		return isAwaited(this.maxEvents, this.maxBytes);
	}

	/** Whether less than a quarter is free, with the same promise. */
	boolean isScarce() {
		return isAwaited(3L * this.maxEvents / 4, 3 * this.maxBytes / 4);
	}

	private boolean isAwaited(long someEvents, long someBytes) {
		if (!isTaken(someEvents, someBytes)) {
			return false;
		}
		this.awaited.set(true);
		// What was given back before it was awaited is told to nobody.
		return isTaken(someEvents, someBytes);
	}

	private boolean isTaken(long someEvents, long someBytes) {
		return this.events.get() >= someEvents || this.bytes.get() >= someBytes;
	}

	/**
	 * Whether there is room again that was waited for: true once, for whoever tells all
	 * partitions.
	 */
	boolean freed() {
		return this.awaited.get() && !isTaken(3L * this.maxEvents / 4, 3 * this.maxBytes / 4)
				&& this.awaited.compareAndSet(true, false);
	}

	/** How many events are an equal part. */
	int partEvents() {
		return Math.max(LEAST_EVENTS, this.maxEvents / owners());
	}

	/** How many bytes. */
	long partBytes() {
		return Math.max(LEAST_BYTES, this.maxBytes / owners());
	}

	private int owners() {
		return Math.max(1, this.partitions.get());
	}

}
