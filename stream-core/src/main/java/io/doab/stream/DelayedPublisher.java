package io.doab.stream;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.UnconfirmedException;

/**
 * Publishes events for later. Safe for use by many threads.
 *
 * <p>
 * An event that is published for later is stored at once, in a stream beside its own
 * ({@link StreamDefinition#delayedOf}), and moved to its own when it is due, once, by any
 * application that declares the stream with {@link StreamDefinition#delayed()}. While
 * none of them runs, it waits.
 */
@FunctionalInterface
public interface DelayedPublisher {

	/**
	 * Publishes an event that comes into its stream at a time, or soon after it. Those of
	 * one key come in the order of their times, and those of one time as they were
	 * published; after a time in which nobody moved any, those that are overdue come in
	 * the order in which they were published.
	 *
	 * <p>
	 * The future fails as that of {@link EventPublisher#publish} does
	 * ({@link UnconfirmedException}, {@link InvalidEventException}: of the largest size a
	 * little less is stored for later).
	 * @param notBefore when, to the millisecond
	 * @return where it waits
	 * @throws IllegalArgumentException when the stream is not declared for it
	 */
	CompletableFuture<Published> publish(String stream, Event<?> event, Instant notBefore);

}
