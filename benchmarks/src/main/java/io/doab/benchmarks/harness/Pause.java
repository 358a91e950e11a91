package io.doab.benchmarks.harness;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something, with a limit. */
public final class Pause {

	private static final long STEP_NANOS = Duration.ofMillis(10).toNanos();

	private Pause() {
	}

	/**
	 * Waits until a condition holds.
	 * @throws IllegalStateException when it does not in time, or the thread is
	 * interrupted
	 */
	public static void until(String what, Duration limit, BooleanSupplier condition) {
		long began = System.nanoTime();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - began > limit.toNanos()) {
				throw new IllegalStateException("Waited " + limit.toSeconds() + " s in vain until " + what);
			}
			if (Thread.interrupted()) {
				throw new IllegalStateException("Interrupted while it waited until " + what);
			}
			LockSupport.parkNanos(STEP_NANOS);
		}
	}

}
