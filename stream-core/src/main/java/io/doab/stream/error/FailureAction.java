package io.doab.stream.error;

import java.time.Duration;

/**
 * What to do with an event that could not be processed.
 */
public sealed interface FailureAction {

	/** Try again after a pause; what waits meanwhile is the processor's to say. */
	record Retry(Duration delay) implements FailureAction {
	}

	/**
	 * Wait for something that the handler needs and that is away, and try again after a
	 * pause. It is no fault of the event, so no attempt of its; and since others would
	 * meet the same, nothing else of its partition starts before it got through.
	 */
	record Await(Duration delay) implements FailureAction {
	}

	/**
	 * Move it to the dead-letter stream of its input, in the atomic commit that
	 * acknowledges it.
	 */
	record DeadLetter() implements FailureAction {
	}

	/** Stop the processor; it says so in health, and the event stays unacknowledged. */
	record Stop() implements FailureAction {
	}

}
