package io.doab.servers;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits until a started process serves, and says why when it does not. */
final class Readiness {

	private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

	private Readiness() {
	}

	/**
	 * Returns when the process serves. When it does not, or this thread is interrupted,
	 * the process is gone before the exception is thrown: the caller has nothing yet to
	 * stop it by.
	 */
	static void await(ChildProcess process, Duration limit, BooleanSupplier ready) {
		try {
			poll(process, System.nanoTime() + limit.toNanos(), limit, ready);
		}
		catch (RuntimeException | Error ex) {
			process.kill();
			throw ex;
		}
	}

	private static void poll(ChildProcess process, long deadline, Duration limit, BooleanSupplier ready) {
		requireNoInterrupt(process);
		while (!ready.getAsBoolean()) {
			requireNoInterrupt(process);
			if (!process.isAlive()) {
				throw failure(process, "ended while it started");
			}
			if (System.nanoTime() > deadline) {
				throw failure(process, "did not start within " + limit.toSeconds() + " s");
			}
			LockSupport.parkNanos(PAUSE_NANOS);
		}
	}

	private static void requireNoInterrupt(ChildProcess process) {
		if (Thread.currentThread().isInterrupted()) {
			throw new IllegalStateException("Interrupted while " + process + " started");
		}
	}

	private static RuntimeException failure(ChildProcess process, String what) {
		return new IllegalStateException(
				process + " " + what + ". Its last output:\n" + String.join("\n", process.logTail(15)));
	}

}
