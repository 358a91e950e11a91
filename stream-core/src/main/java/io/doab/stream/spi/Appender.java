package io.doab.stream.spi;

import java.util.concurrent.CompletableFuture;

import io.doab.stream.Acknowledgement;
import io.doab.stream.Position;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.UnconfirmedException;

import org.jspecify.annotations.Nullable;

/**
 * Appends events for one publisher, outside of any group. Safe for use by many threads;
 * what one thread appends to one partition keeps its order.
 */
public interface Appender extends AutoCloseable {

	/**
	 * Appends one event. Does not wait for the answer. The future fails with
	 * {@link UnconfirmedException} when the event is not known to be stored, with
	 * {@link InvalidEventException} or {@link FatalStreamException} when it never can be.
	 * @return the position, or null with {@link Acknowledgement#NONE}
	 */
	CompletableFuture<@Nullable Position> append(Append append);

	/**
	 * Looks whether the backend can give the acknowledgement at all. Blocks.
	 * @throws FatalStreamException when it cannot: it has no replicas, say
	 * @throws RetriableException when it cannot be reached
	 */
	void verify();

	/** What is not acknowledged fails. */
	@Override
	void close();

}
