package io.doab.stream.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much the partitions of one member may have in flight together, each its part of it:
 * one that owns very many must not need as much more memory than one that owns a few. A
 * partition may exceed its part by what one read brings. For all threads.
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

	/**
	 * Creates it.
	 * @param partitionEvents what one partition may have, however few others there are
	 * @param heapBytes of the process
	 */
	MemberRoom(int partitionEvents, long heapBytes) {
		this.maxEvents = Math.max(partitionEvents, MAX_EVENTS);
		this.maxBytes = heapBytes / HEAP_PART;
	}

	/** A partition takes its part. */
	void enter() {
		this.partitions.incrementAndGet();
	}

	/** A partition leaves its part to the others. */
	void leave() {
		this.partitions.decrementAndGet();
	}

	/** How many events each partition may have now. */
	int events() {
		return Math.max(LEAST_EVENTS, this.maxEvents / owners());
	}

	/** Of how many bytes. */
	long bytes() {
		return Math.max(LEAST_BYTES, this.maxBytes / owners());
	}

	private int owners() {
		return Math.max(1, this.partitions.get());
	}

}
