package io.doab.stream;

import java.time.Instant;

/**
 * A failed attempt at an event, a timer or a batch.
 *
 * @param exception what the handler threw
 * @param attempt how many attempts were made, this one included
 * @param firstFailedAt when the first of them failed
 * @param failedAt when this one failed
 * @param origin where the event came from; of a batch, where its first event did
 */
public record Failure(Exception exception, int attempt, Instant firstFailedAt, Instant failedAt, Origin origin) {

}
