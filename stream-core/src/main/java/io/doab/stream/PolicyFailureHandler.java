package io.doab.stream;

import java.time.Duration;
import java.util.function.Predicate;

import io.doab.stream.error.FailureAction;
import io.doab.stream.error.RetryAfter;

import org.jspecify.annotations.Nullable;

/**
 * Retries by a policy, then dead-letters. The policy can be changed by configuration;
 * what is an outage stays the code's to say, and a failure's own pause that failure's.
 */
record PolicyFailureHandler(RetryPolicy policy, Predicate<Exception> outage) implements FailureHandler {

	/**
	 * One event of a partition looks whether it is over, and all the others wait for
	 * that: it costs little to look, and much to look late.
	 */
	static final Duration LONGEST_OUTAGE_PAUSE = Duration.ofSeconds(30);

	@Override
	public FailureAction onFailure(Failure failure) {
		if (!this.policy.isFatal(failure.exception()) && this.outage.test(failure.exception())) {
			Duration pause = this.policy.delayAfter(failure.outages() + 1);
			return new FailureAction.Await(
					asked(failure, (pause.compareTo(LONGEST_OUTAGE_PAUSE) > 0) ? LONGEST_OUTAGE_PAUSE : pause));
		}
		Duration delay = asked(failure, this.policy.delayAfter(failure.attempt()));
		boolean again = this.policy.isRetryable(failure.exception()) && failure.attempt() < this.policy.maxAttempts()
				&& !isTooLate(failure, delay);
		return again ? new FailureAction.Retry(delay) : new FailureAction.DeadLetter();
	}

	private static Duration asked(Failure failure, Duration delay) {
		return (failure.exception() instanceof RetryAfter asked && asked.retryAfter().compareTo(delay) > 0)
				? asked.retryAfter() : delay;
	}

	private boolean isTooLate(Failure failure, Duration delay) {
		@Nullable Duration deadline = this.policy.deadline();
		Duration atNextStart = Duration.between(failure.firstFailedAt(), failure.failedAt()).plus(delay);
		return deadline != null && atNextStart.compareTo(deadline) > 0;
	}

}
