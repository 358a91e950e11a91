package io.doab.stream;

import java.time.Instant;

import io.doab.stream.error.InvalidEventException;

/**
 * What a queue's handler is told, and what it can do to streams. Valid until the handler
 * returns, for the thread that runs it.
 *
 * <p>
 * What is emitted are plain publishes: they are stored before the event is acknowledged,
 * each by itself, and are there twice when the consumer dies in between. When the handler
 * fails, releases or rejects its event, nothing is published. Delivered at most once, the
 * event was acknowledged before.
 */
public interface QueueContext {

	/**
	 * Publishes an event. Its own id is kept: derive it from the input's, so that the
	 * same input never gives two ids.
	 * @throws InvalidEventException when it is larger than the backend can store
	 */
	void emit(String stream, Event<?> event);

	/**
	 * Publishes an event that follows from the one being handled: of the same key and
	 * trace, with an id derived from its id, the stream, the type and how many such
	 * events were emitted before.
	 */
	void emit(String stream, String type, Object data);

	/**
	 * 1 for the first delivery. Counts deliveries to consumers, also to one that died
	 * before it began.
	 */
	int deliveryCount();

	/** The stream, partition and position of the event. */
	Origin origin();

	/** What time it is by the engine's clock. */
	Instant now();

}
