package io.doab.stream.engine;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.StreamException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a runner gets on with its backend, and how long it waits before it tries again.
 * Belongs to the runner's thread, but for what it says.
 */
final class BackendContact {

	private static final Logger logger = LoggerFactory.getLogger(BackendContact.class);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	private final String name;

	private final CountDownLatch stopping;

	private volatile ProcessorStatus.State state = ProcessorStatus.State.STARTING;

	private volatile @Nullable String reason;

	private int failures;

	/**
	 * Creates it.
	 * @param stopping ends a pause when it has counted down
	 */
	BackendContact(String name, CountDownLatch stopping) {
		this.name = name;
		this.stopping = stopping;
	}

	ProcessorStatus.State state() {
		return this.state;
	}

	@Nullable String reason() {
		return this.reason;
	}

	void succeeded() {
		if (this.state == ProcessorStatus.State.RUNNING) {
			return;
		}
		if (this.failures > 0) {
			logger.info("{} runs again", this.name);
		}
		this.failures = 0;
		this.reason = null;
		this.state = ProcessorStatus.State.RUNNING;
	}

	/** Says why, and waits before the next attempt, longer each time. */
	void failed(StreamException cause) {
		if (this.stopping.getCount() == 0) {
			return;
		}
		this.reason = cause.getMessage();
		this.state = (cause instanceof FatalStreamException) ? ProcessorStatus.State.FAILED
				: ProcessorStatus.State.RECOVERING;
		this.failures++;
		// The first of a row, then each time their number has doubled.
		if (Integer.bitCount(this.failures) == 1) {
			logger.warn("{} cannot go on, failure {} in a row: {}", this.name, this.failures, this.reason,
					(this.failures == 1) ? cause : null);
		}
		pause();
	}

	void stopped() {
		this.state = ProcessorStatus.State.STOPPED;
	}

	private void pause() {
		long nanos = Math.min(FIRST_PAUSE.toNanos() << Math.min(this.failures - 1, 10), LONGEST_PAUSE.toNanos());
		long jittered = nanos / 2 + ThreadLocalRandom.current().nextLong(nanos / 2 + 1);
		try {
			var _ = this.stopping.await(jittered, TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			this.stopping.countDown();
		}
	}

}
