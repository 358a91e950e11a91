package io.doab.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what has to happen before something can be measured. */
final class Waiting {

	private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(2);

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

	private Waiting() {
	}

	static void until(String what, BooleanSupplier condition) {
		long began = System.nanoTime();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - began > LIMIT_NANOS) {
				throw new IllegalStateException("Waited two minutes in vain until " + what);
			}
			LockSupport.parkNanos(PAUSE_NANOS);
		}
	}

}
