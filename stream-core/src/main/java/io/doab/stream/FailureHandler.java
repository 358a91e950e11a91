package io.doab.stream;

import java.util.function.Predicate;

import io.doab.stream.error.FailureAction;
import io.doab.stream.error.RetryAfter;

/**
 * Says what happens to an event whose handler threw.
 */
@FunctionalInterface
public interface FailureHandler {

	/** Decides. Must not block. */
	FailureAction onFailure(Failure failure);

	/**
	 * Retries by the policy, and while something that the handler needs is away for as
	 * long as that lasts, with the pauses of the policy up to 30 s: an event does not
	 * become wrong by a database being down ({@link FailureAction.Await}). Only what the
	 * policy calls fatal is not waited for. A failure that is a {@link RetryAfter} makes
	 * the pause as long as it asks for.
	 * @param outage whether a failure says that something is away
	 */
	static FailureHandler retrying(RetryPolicy policy, Predicate<Exception> outage) {
		return new PolicyFailureHandler(policy, outage);
	}

	/**
	 * Retries by the policy, then dead-letters; what can never succeed is dead-lettered
	 * at once. A failure that is a {@link RetryAfter} makes the pause as long as it asks
	 * for.
	 */
	static FailureHandler retrying(RetryPolicy policy) {
		return new PolicyFailureHandler(policy, (exception) -> false);
	}

}
