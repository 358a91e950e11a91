package io.doab.stream;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Exponential backoff.
 *
 * @param maxAttempts attempts in all, the first included
 * @param initialDelay the pause after the first failure
 * @param multiplier by which each pause exceeds the one before
 * @param maxDelay the longest pause
 * @param jitter the part of a pause that is random, 0 to 1: 0.2 spreads 10 s over 8 s to
 * 12 s
 */
public record RetryPolicy(int maxAttempts, Duration initialDelay, double multiplier, Duration maxDelay, double jitter) {

	public RetryPolicy {
		if (maxAttempts < 1) {
			throw new IllegalArgumentException("maxAttempts " + maxAttempts + " must be at least 1");
		}
		if (initialDelay.isNegative() || maxDelay.compareTo(initialDelay) < 0) {
			throw new IllegalArgumentException(
					"initialDelay " + initialDelay + " must not be negative or longer than maxDelay " + maxDelay);
		}
		if (multiplier < 1) {
			throw new IllegalArgumentException("multiplier " + multiplier + " must be at least 1");
		}
		if (jitter < 0 || jitter > 1) {
			throw new IllegalArgumentException("jitter " + jitter + " must be between 0 and 1");
		}
	}

	/**
	 * Ten attempts over about two minutes: 200 ms doubling up to 30 s, with a fifth of
	 * jitter.
	 */
	public static RetryPolicy defaults() {
		return new RetryPolicy(10, Duration.ofMillis(200), 2, Duration.ofSeconds(30), 0.2);
	}

	/**
	 * The pause after an attempt that failed.
	 * @param attempt 1 for the first
	 */
	public Duration delayAfter(int attempt) {
		double exact = Math.min((double) this.initialDelay.toNanos() * Math.pow(this.multiplier, attempt - 1),
				(double) this.maxDelay.toNanos());
		double factor = 1 + this.jitter * (2 * ThreadLocalRandom.current().nextDouble() - 1);
		return Duration.ofNanos(Math.round(exact * factor));
	}

}
