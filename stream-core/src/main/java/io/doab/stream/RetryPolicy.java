package io.doab.stream;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import io.doab.stream.error.InvalidEventException;

import org.jspecify.annotations.Nullable;

/**
 * Which failures are tried again, when, and for how long: exponential backoff with
 * jitter.
 *
 * <p>
 * A failure is of a type when the exception or any of its causes is. An
 * {@link InvalidEventException} is fatal always; then {@link #fatal} decides, then
 * {@link #retryable}.
 *
 * @param maxAttempts attempts in all, the first included
 * @param initialDelay the pause after the first failure
 * @param multiplier by which each pause exceeds the one before
 * @param maxDelay the longest pause
 * @param jitter the part of a pause that is random, 0 to 1: 0.2 spreads 10 s over 8 s to
 * 12 s
 * @param deadline how long after its first failure the last attempt may start, or null
 * when only the attempts count
 * @param fatal failures of these types are not tried again, of whatever other type they
 * are too
 * @param retryable only failures of these types are tried again; empty means all that are
 * not fatal
 */
public record RetryPolicy(int maxAttempts, Duration initialDelay, double multiplier, Duration maxDelay, double jitter,
		@Nullable Duration deadline, Set<Class<? extends Throwable>> fatal, Set<Class<? extends Throwable>> retryable) {

	/** Longer chains of causes are circles. */
	private static final int MAX_CAUSES = 100;

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
		if (deadline != null && !deadline.isPositive()) {
			throw new IllegalArgumentException("deadline " + deadline + " must be longer than zero");
		}
		fatal = Set.copyOf(fatal);
		retryable = Set.copyOf(retryable);
	}

	/** A policy without a deadline that tries every failure again. */
	public RetryPolicy(int maxAttempts, Duration initialDelay, double multiplier, Duration maxDelay, double jitter) {
		this(maxAttempts, initialDelay, multiplier, maxDelay, jitter, null, Set.of(), Set.of());
	}

	/**
	 * Ten attempts over about two minutes: 200 ms doubling up to 30 s, with a fifth of
	 * jitter.
	 */
	public static RetryPolicy defaults() {
		return new RetryPolicy(10, Duration.ofMillis(200), 2, Duration.ofSeconds(30), 0.2);
	}

	public RetryPolicy withMaxAttempts(int value) {
		return new RetryPolicy(value, this.initialDelay, this.multiplier, this.maxDelay, this.jitter, this.deadline,
				this.fatal, this.retryable);
	}

	/** The same policy with other pauses. */
	public RetryPolicy withBackoff(Duration initial, double factor, Duration longest) {
		return new RetryPolicy(this.maxAttempts, initial, factor, longest, this.jitter, this.deadline, this.fatal,
				this.retryable);
	}

	public RetryPolicy withJitter(double value) {
		return new RetryPolicy(this.maxAttempts, this.initialDelay, this.multiplier, this.maxDelay, value,
				this.deadline, this.fatal, this.retryable);
	}

	/**
	 * The same policy, which gives up when the next attempt would start later than this
	 * after the first failure.
	 */
	public RetryPolicy withDeadline(@Nullable Duration value) {
		return new RetryPolicy(this.maxAttempts, this.initialDelay, this.multiplier, this.maxDelay, this.jitter, value,
				this.fatal, this.retryable);
	}

	/** The same policy with these fatal types, in place of those that it has. */
	@SafeVarargs
	public final RetryPolicy withFatal(Class<? extends Throwable>... types) {
		Set<Class<? extends Throwable>> all = new HashSet<>();
		for (Class<? extends Throwable> type : types) {
			all.add(type);
		}
		return withFatal(all);
	}

	/** The same policy with these fatal types, in place of those that it has. */
	public RetryPolicy withFatal(Set<Class<? extends Throwable>> types) {
		return new RetryPolicy(this.maxAttempts, this.initialDelay, this.multiplier, this.maxDelay, this.jitter,
				this.deadline, types, this.retryable);
	}

	/** The same policy with these retryable types, in place of those that it has. */
	@SafeVarargs
	public final RetryPolicy withRetryable(Class<? extends Throwable>... types) {
		Set<Class<? extends Throwable>> all = new HashSet<>();
		for (Class<? extends Throwable> type : types) {
			all.add(type);
		}
		return withRetryable(all);
	}

	/** The same policy with these retryable types, in place of those that it has. */
	public RetryPolicy withRetryable(Set<Class<? extends Throwable>> types) {
		return new RetryPolicy(this.maxAttempts, this.initialDelay, this.multiplier, this.maxDelay, this.jitter,
				this.deadline, this.fatal, types);
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

	/** Whether a failure is named fatal, or says that the event itself is wrong. */
	public boolean isFatal(Throwable failure) {
		return isOfType(failure, Set.of(InvalidEventException.class)) || isOfType(failure, this.fatal);
	}

	/** Whether a failure is one that another attempt may mend. */
	public boolean isRetryable(Throwable failure) {
		return !isFatal(failure) && (this.retryable.isEmpty() || isOfType(failure, this.retryable));
	}

	private static boolean isOfType(Throwable failure, Set<Class<? extends Throwable>> types) {
		@Nullable Throwable cause = failure;
		for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
			for (Class<? extends Throwable> type : types) {
				if (type.isInstance(cause)) {
					return true;
				}
			}
			cause = cause.getCause();
		}
		return false;
	}

}
