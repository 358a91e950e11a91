package io.doab.stream.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.doab.stream.RetrySettings;

import org.jspecify.annotations.Nullable;

/**
 * All that a partition has parked: how much it is, how it is queued, and what is due
 * next. Holds no event. Belongs to the lock of its partition.
 */
final class ParkedQueues {

	private final int maxEvents;

	private final long maxBytes;

	private final Map<Object, ParkedQueue> byLane = new HashMap<>();

	private final Set<ParkedQueue> waiting = new LinkedHashSet<>();

	private long lastNumber;

	private int events;

	private long bytes;

	ParkedQueues(RetrySettings settings) {
		this.maxEvents = settings.maxParkedEvents();
		this.maxBytes = settings.maxParkedBytes();
	}

	int events() {
		return this.events;
	}

	/** The queue that a lane waits behind, or null. */
	@Nullable ParkedQueue of(@Nullable Object lane) {
		return (lane != null && !this.byLane.isEmpty()) ? this.byLane.get(lane) : null;
	}

	boolean hasRoom(int size) {
		return this.events < this.maxEvents && this.bytes + size <= this.maxBytes;
	}

	/** Whether half of what may be parked is free. */
	boolean hasMuchRoom() {
		return this.events <= this.maxEvents / 2 && this.bytes <= this.maxBytes / 2;
	}

	/**
	 * Takes an event that waits until it is due.
	 * @param lane the lane that waits behind it, which has no queue yet, or null
	 */
	ParkedQueue.Entry park(@Nullable Object lane, int size, Instant due) {
		return newQueue(lane, due).add(++this.lastNumber, count(size));
	}

	/** Takes an event that waits behind others. */
	ParkedQueue.Entry append(ParkedQueue queue, int size) {
		return queue.add(++this.lastNumber, count(size));
	}

	/**
	 * Takes an event that was found stored. They come in the order of their numbers.
	 * @param lane the lane that waits behind it, or null
	 */
	ParkedQueue.Entry restore(@Nullable Object lane, long number, int size, Instant due) {
		ParkedQueue queue = of(lane);
		if (queue == null) {
			queue = newQueue(lane, due);
		}
		this.lastNumber = Math.max(this.lastNumber, number);
		ParkedQueue.Entry entry = queue.add(number, count(size));
		entry.stored = true;
		return entry;
	}

	private ParkedQueue newQueue(@Nullable Object lane, Instant due) {
		ParkedQueue queue = new ParkedQueue(lane, due);
		if (lane != null) {
			this.byLane.put(lane, queue);
		}
		this.waiting.add(queue);
		return queue;
	}

	private int count(int size) {
		this.events++;
		this.bytes += size;
		return size;
	}

	/** The first of a queue that is worked off failed again. */
	void parkAgain(ParkedQueue queue, Instant due) {
		queue.waitUntil(due);
		this.waiting.add(queue);
	}

	/** An event of a queue that is worked off is done. */
	void remove(ParkedQueue.Entry entry) {
		entry.queue.remove(entry);
		this.events--;
		this.bytes -= entry.size;
		if (entry.queue.isEmpty() && entry.queue.lane != null) {
			this.byLane.remove(entry.queue.lane);
		}
	}

	/** The queues whose first is due and stored; they are worked off from now on. */
	List<ParkedQueue> due(Instant now) {
		List<ParkedQueue> due = new ArrayList<>();
		for (ParkedQueue queue : this.waiting) {
			Instant at = queue.due();
			if (at != null && !at.isAfter(now) && queue.isStored()) {
				due.add(queue);
			}
		}
		due.forEach((queue) -> {
			this.waiting.remove(queue);
			queue.workOff();
		});
		return due;
	}

	/** When the next queue is due that is stored, or null. */
	@Nullable Instant nextDue() {
		Instant next = null;
		for (ParkedQueue queue : this.waiting) {
			Instant at = queue.due();
			if (at != null && queue.isStored() && (next == null || at.isBefore(next))) {
				next = at;
			}
		}
		return next;
	}

	void clear() {
		this.byLane.clear();
		this.waiting.clear();
		this.events = 0;
		this.bytes = 0;
	}

}
