package io.doab.stream;

/**
 * Handles one event of a queue. Events come in no order, several at once up to the
 * {@linkplain QueueSettings#concurrency() concurrency}; while a handler runs, nobody else
 * gets its event, however long it takes.
 *
 * <p>
 * An event may come again: after a failure or a release, when its consumer died, and when
 * the acknowledgement was not confirmed. {@link Event#id()} is stable, use it as
 * idempotency key.
 *
 * <p>
 * May block: it runs on a virtual thread. Is interrupted when its consumer stops and the
 * time to finish is over. An exception is answered by the queue's {@link FailureHandler}:
 * a retry is a release with that delay.
 */
@FunctionalInterface
public interface QueueHandler<T> {

	QueueOutcome handle(Event<T> event, QueueContext context) throws Exception;

}
