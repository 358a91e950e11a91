package io.doab.stream;

import java.util.function.Predicate;

import io.doab.stream.error.FailureAction;
import io.doab.stream.error.InvalidEventException;

/**
 * Says what happens to an event whose handler threw.
 */
@FunctionalInterface
public interface FailureHandler {

	/**
	 * Decides.
	 * @param failure what the handler threw
	 * @param attempt how many attempts were made, this one included
	 */
	FailureAction onFailure(Exception failure, int attempt);

	/**
	 * Retries by the policy, and while something that the handler needs is away for as
	 * long as that lasts: an event does not become wrong by a database being down.
	 * @param outage whether a failure says that something is away
	 */
	static FailureHandler retrying(RetryPolicy policy, Predicate<Exception> outage) {
		FailureHandler otherwise = retrying(policy);
		return (failure, attempt) -> outage.test(failure) ? new FailureAction.Retry(policy.delayAfter(attempt))
				: otherwise.onFailure(failure, attempt);
	}

	/**
	 * Retries by the policy, then dead-letters; what can never succeed is dead-lettered
	 * at once.
	 */
	static FailureHandler retrying(RetryPolicy policy) {
		return (failure, attempt) -> {
			if (failure instanceof InvalidEventException || attempt >= policy.maxAttempts()) {
				return new FailureAction.DeadLetter();
			}
			return new FailureAction.Retry(policy.delayAfter(attempt));
		};
	}

}
