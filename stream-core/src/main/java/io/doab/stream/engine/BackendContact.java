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

	private volatile Condition condition = new Condition(ProcessorStatus.State.STARTING, null);

	private int failures;

	/**
	 * Creates it.
	 * @param stopping ends a pause when it has counted down
	 */
	BackendContact(String name, CountDownLatch stopping) {
		this.name = name;
		this.stopping = stopping;
	}

	/**
	 * How it is, and why.
	 *
	 * @param reason why it does not run, or null when it does
	 */
	record Condition(ProcessorStatus.State state, @Nullable String reason) {
	}

	/** The two at one moment. */
	Condition condition() {
		return this.condition;
	}

	/** It was asked to wait. */
	void paused(String why) {
		this.condition = new Condition(ProcessorStatus.State.PAUSED, why);
	}

	/** It begins, again after a pause. */
	void starting() {
		this.condition = new Condition(ProcessorStatus.State.STARTING, null);
	}

	void succeeded() {
		if (this.condition.state() == ProcessorStatus.State.RUNNING) {
			return;
		}
		if (this.failures > 0) {
			logger.info("{} runs again", this.name);
		}
		this.failures = 0;
		this.condition = new Condition(ProcessorStatus.State.RUNNING, null);
	}

	/** Says why, and waits before the next attempt, longer each time. */
	void failed(StreamException cause) {
		if (this.stopping.getCount() == 0) {
			return;
		}
		this.condition = new Condition((cause instanceof FatalStreamException) ? ProcessorStatus.State.FAILED
				: ProcessorStatus.State.RECOVERING, cause.getMessage());
		this.failures++;
		// The first of a row, then each time their number has doubled: a backend that is
		// away must not fill the disk.
		if (Integer.bitCount(this.failures) == 1) {
			logger.warn("{} cannot go on, failure {} in a row: {}", this.name, this.failures, cause.getMessage(),
					(this.failures == 1) ? cause : null);
		}
		pause();
	}

	void stopped() {
		this.condition = new Condition(ProcessorStatus.State.STOPPED, this.condition.reason());
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
