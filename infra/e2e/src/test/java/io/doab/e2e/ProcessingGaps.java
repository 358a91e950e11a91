package io.doab.e2e;

import java.time.Duration;

/**
 * The longest time without an output while input waited, of one partition or of all
 * together. Not safe for use by several threads.
 *
 * <p>
 * An output may be seen before the answer that accepted its input.
 */
final class ProcessingGaps {

	private long waiting;

	private long sinceNanos;

	private long longestNanos;

	void accepted(long nowNanos) {
		if (++this.waiting == 1) {
			this.sinceNanos = nowNanos;
		}
	}

	void processed(long nowNanos) {
		look(nowNanos);
		this.waiting--;
		this.sinceNanos = nowNanos;
	}

	/** The longest until now, what still waits included. */
	Duration longest(long nowNanos) {
		look(nowNanos);
		return Duration.ofNanos(this.longestNanos);
	}

	private void look(long nowNanos) {
		if (this.waiting > 0) {
			this.longestNanos = Math.max(this.longestNanos, nowNanos - this.sinceNanos);
		}
	}

}
