package io.doab.conformance;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches for how long this process stands still as a whole, so that a test that measures
 * a time can tell what it measured from what the machine added.
 */
public final class Stalls implements AutoCloseable {

	private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private final Thread ticker = Thread.ofPlatform().name("stalls").daemon(true).unstarted(this::tick);

	private volatile long longestNanos;

	private Stalls() {
	}

	/** Begins to watch. */
	public static Stalls watch() {
		Stalls stalls = new Stalls();
		stalls.ticker.start();
		return stalls;
	}

	private void tick() {
		while (!Thread.currentThread().isInterrupted()) {
			long began = System.nanoTime();
			LockSupport.parkNanos(TICK_NANOS);
			this.longestNanos = Math.max(this.longestNanos, System.nanoTime() - began - TICK_NANOS);
		}
	}

	/** The longest so far. */
	public Duration longest() {
		return Duration.ofNanos(this.longestNanos);
	}

	@Override
	public void close() {
		this.ticker.interrupt();
	}

}
