package io.doab.stream.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

import io.doab.stream.engine.EngineTime;

/**
 * A time that stands still until it is moved, and what is to run when it has come. What
 * is due at the same instant runs in the order in which it was planned.
 */
final class TestTime implements EngineTime {

	private final Queue<Task> tasks = new PriorityQueue<>(
			Comparator.comparing(Task::due).thenComparingLong(Task::number));

	private final Instant start;

	private Instant now;

	private long planned;

	TestTime(Instant start) {
		this.start = start;
		this.now = start;
	}

	@Override
	public Instant now() {
		return this.now;
	}

	@Override
	public long nanoTime() {
		return Duration.between(this.start, this.now).toNanos();
	}

	@Override
	public void after(Duration delay, Runnable task) {
		at(this.now.plus((delay.compareTo(LONGEST_DELAY) < 0) ? delay : LONGEST_DELAY), task);
	}

	@Override
	public void at(Instant due, Runnable task) {
		this.tasks.add(new Task(due, this.planned++, task));
	}

	/**
	 * Moves on to the next task that is due by then, and runs it.
	 * @return whether there was one
	 */
	boolean runNext(Instant until) {
		Task next = this.tasks.peek();
		if (next == null || next.due().isAfter(until)) {
			return false;
		}
		this.tasks.remove();
		moveTo(next.due());
		next.action().run();
		return true;
	}

	/** Moves on, or stays when it is later already. */
	void moveTo(Instant instant) {
		this.now = instant.isAfter(this.now) ? instant : this.now;
	}

	Clock clock() {
		return new View(this, ZoneOffset.UTC);
	}

	private record Task(Instant due, long number, Runnable action) {

	}

	/** This time as others see it. */
	private static final class View extends Clock {

		private final TestTime time;

		private final ZoneId zone;

		private View(TestTime time, ZoneId zone) {
			this.time = time;
			this.zone = zone;
		}

		@Override
		public ZoneId getZone() {
			return this.zone;
		}

		@Override
		public Clock withZone(ZoneId other) {
			return new View(this.time, other);
		}

		@Override
		public Instant instant() {
			return this.time.now();
		}

	}

}
