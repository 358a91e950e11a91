package io.doab.stream.redis;

import java.util.PriorityQueue;

import org.jspecify.annotations.Nullable;

/**
 * The time of a simulation, in nanoseconds: it stands still while something happens, and
 * jumps to what happens next.
 */
final class VirtualTime {

	private final PriorityQueue<Event> events = new PriorityQueue<>(128);

	private long now;

	private long count;

	/**
	 * What comes first is first; what comes at the same time, in the order of planning.
	 */
	private record Event(long at, long number, Runnable action) implements Comparable<Event> {

		@Override
		public int compareTo(Event other) {
			return (this.at != other.at) ? Long.compare(this.at, other.at) : Long.compare(this.number, other.number);
		}

	}

	long now() {
		return this.now;
	}

	/** Has it done then, or now when that is past. */
	void at(long time, Runnable action) {
		this.events.add(new Event(Math.max(time, this.now), this.count++, action));
	}

	void after(long delay, Runnable action) {
		at(this.now + delay, action);
	}

	void runUntil(long end) {
		for (@Nullable
		Event next = this.events.peek(); next != null && next.at <= end; next = this.events.peek()) {
			this.events.remove();
			this.now = next.at;
			next.action.run();
		}
		this.now = end;
	}

}
