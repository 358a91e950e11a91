package io.doab.stream;

import java.time.Instant;

import io.doab.stream.error.FailureAction;

/**
 * A failed attempt at an event, a timer or a batch.
 *
 * @param exception what the handler threw
 * @param attempt how many attempts were made, this one included; those that were answered
 * by {@link FailureAction.Await} do not count
 * @param outages how many of those that do not count came right before this one
 * @param firstFailedAt when the first that counts failed
 * @param failedAt when this one failed
 * @param origin where the event came from; of a batch, where its first event did
 */
public record Failure(Exception exception, int attempt, int outages, Instant firstFailedAt, Instant failedAt,
		Origin origin) {

}
