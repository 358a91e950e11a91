package io.doab.stream;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.RetriableException;

/**
 * Goes through events. For one thread, but for {@link #close()}, which any thread may
 * call. Close it: it may hold connections.
 *
 * <p>
 * An event that cannot be decoded is an {@link InvalidEventException}, which says where
 * it is; the cursor has passed it, so that the next call gives the next event.
 */
public interface EventCursor<T> extends Iterator<StoredEvent<T>>, AutoCloseable {

	/**
	 * Whether there is another event. In a tail that means to wait for one: false comes
	 * only once it is closed, or when the thread is interrupted.
	 * @throws RetriableException when a range cannot be read on for now: ask again, and
	 * it goes on where it was
	 */
	@Override
	boolean hasNext();

	/** The next event; waits as {@link #hasNext()} does. */
	@Override
	StoredEvent<T> next();

	/** The next event if there is one within a time; in a range, at once or never. */
	Optional<StoredEvent<T>> poll(Duration timeout);

	/** All events from here on, in order. To close the stream closes the cursor. */
	default Stream<StoredEvent<T>> stream() {
		return StreamSupport
			.stream(Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL), false)
			.onClose(this::close);
	}

	/** Ends it; a thread that waits in it is told that there is no other event. */
	@Override
	void close();

}
