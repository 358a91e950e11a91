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

	@Override
	public FailureAction onFailure(Failure failure) {
		if (!this.policy.isFatal(failure.exception()) && this.outage.test(failure.exception())) {
			return new FailureAction.Await(delay(failure, failure.outages() + 1));
		}
		Duration delay = delay(failure, failure.attempt());
		boolean again = this.policy.isRetryable(failure.exception()) && failure.attempt() < this.policy.maxAttempts()
				&& !isTooLate(failure, delay);
		return again ? new FailureAction.Retry(delay) : new FailureAction.DeadLetter();
	}

	private Duration delay(Failure failure, int attempt) {
		Duration delay = this.policy.delayAfter(attempt);
		return (failure.exception() instanceof RetryAfter asked && asked.retryAfter().compareTo(delay) > 0)
				? asked.retryAfter() : delay;
	}

	private boolean isTooLate(Failure failure, Duration delay) {
		@Nullable Duration deadline = this.policy.deadline();
		Duration atNextStart = Duration.between(failure.firstFailedAt(), failure.failedAt()).plus(delay);
		return deadline != null && atNextStart.compareTo(deadline) > 0;
	}

}
