package io.doab.stream;

import java.util.concurrent.CompletableFuture;

import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.UnconfirmedException;

/**
 * Appends events to streams. Safe for use by many threads.
 *
 * <p>
 * Events that one thread publishes with one key keep their order. The call does not wait
 * for the event to be stored; it may wait for a connection where there is none, and for a
 * stream to be declared, the first time.
 *
 * <p>
 * What it returns completes on a thread of the backend's client, when the backend has
 * stored the event, as {@link PublisherSettings} say. What is done there must not block;
 * to publish from there is allowed, and waits for nothing at all.
 */
@FunctionalInterface
public interface EventPublisher {

	/**
	 * Publishes one event.
	 *
	 * <p>
	 * The future fails with {@link UnconfirmedException}, which says what is known of the
	 * event, when the backend could not be reached or did not acknowledge it in time;
	 * publish it again <em>with the same id</em>. It fails with
	 * {@link InvalidEventException} when the event can never be stored.
	 * @param stream the stream's name, without a partition
	 * @param event the event; its key decides the partition
	 * @return the position at which it was stored
	 */
	CompletableFuture<Published> publish(String stream, Event<?> event);

}
