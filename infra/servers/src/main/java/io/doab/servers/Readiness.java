package io.doab.servers;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits until a started process serves, and says why when it does not. */
final class Readiness {

	private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

	private Readiness() {
	}

	static void await(ChildProcess process, Duration limit, BooleanSupplier ready) {
		long deadline = System.nanoTime() + limit.toNanos();
		while (!ready.getAsBoolean()) {
			if (!process.isAlive()) {
				throw failure(process, "ended while it started");
			}
			if (System.nanoTime() > deadline) {
				RuntimeException failure = failure(process, "did not start within " + limit.toSeconds() + " s");
				process.kill();
				throw failure;
			}
			LockSupport.parkNanos(PAUSE_NANOS);
		}
	}

	private static RuntimeException failure(ChildProcess process, String what) {
		return new IllegalStateException(
				process + " " + what + ". Its last output:\n" + String.join("\n", process.logTail(15)));
	}

}
