package io.doab.stream.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The clock of the engine and what runs later by it. Everything that waits in the engine
 * waits here, so that a test can move the time.
 */
public interface EngineTime {

	/** Nanoseconds of more than 292 years are no long. */
	Duration LONGEST_DELAY = Duration.ofDays(36_500);

	Instant now();

	/** A steady count of nanoseconds, for measuring. */
	long nanoTime();

	/**
	 * Runs a short task after a delay, on a thread of its own. A delay of centuries is
	 * cut to one.
	 */
	void after(Duration delay, Runnable task);

	/** Runs a short task once the clock has reached an instant, at once when it has. */
	default void at(Instant due, Runnable task) {
		Instant now = now();
		// A delay is measured by another clock, which may be ahead of this one.
		after(due.isAfter(now) ? Duration.between(now, due).plusMillis(1) : Duration.ZERO, task);
	}

	/** The system's time. Tasks must not block: one thread runs them all. */
	static EngineTime system(Clock clock) {
		ScheduledExecutorService executor = Executors
			.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("doab-time").daemon(true).factory());
		return new EngineTime() {
			@Override
			public Instant now() {
				return clock.instant();
			}

			@Override
			public long nanoTime() {
				return System.nanoTime();
			}

			@Override
			public void after(Duration delay, Runnable task) {
				Duration bounded = (delay.compareTo(LONGEST_DELAY) < 0) ? delay : LONGEST_DELAY;
				var _ = executor.schedule(task, bounded.toNanos(), TimeUnit.NANOSECONDS);
			}
		};
	}

}
