package io.doab.stream.test;

import io.doab.stream.error.FailureAction;

import org.jspecify.annotations.Nullable;

/**
 * An attempt that failed.
 *
 * @param source the input stream, or the name of the timer
 * @param eventId the id of the event, of the first of a batch, or null for a timer
 * @param key the key of the event or timer, if it has one
 * @param attempt which attempt it was, 1 for the first
 * @param exception what the handler threw, or why the event could not be read
 * @param action what the processor's failure handler said
 */
public record HandlerFailure(String source, @Nullable String eventId, @Nullable String key, int attempt,
		Exception exception, FailureAction action) {

}
