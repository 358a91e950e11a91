package io.doab.stream.spi;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.Position;
import io.doab.stream.StreamDefinition;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.RetriableException;

/**
 * A log with partitions that can apply an {@link AtomicCommit}. Safe for use by many
 * threads.
 */
public interface StreamBackend extends AutoCloseable {

	/** {@code redis} or {@code kafka}: what {@code doab.backend} says. */
	String name();

	Capabilities capabilities();

	/**
	 * Creates the streams that are absent and checks those that are there. Blocks.
	 * @throws FatalStreamException when a stream has another number of partitions
	 * @throws RetriableException when the backend cannot be reached
	 */
	void declare(Collection<StreamDefinition> streams);

	/**
	 * Appends one event, outside of any group. Does not block for the answer; the future
	 * fails with {@link RetriableException} when it is not known to be stored, with
	 * {@link InvalidEventException} when it never can be.
	 */
	CompletableFuture<Position> append(Append append);

	/** Joins a group. Does not wait for the backend: the first poll does. */
	GroupMember join(GroupSpec group, OwnershipListener listener);

	IdempotencyWindow idempotencyWindow();

	/** Asks the backend how it is. Blocks for a few seconds at most. */
	BackendStatus status();

	@Override
	void close();

}
