package io.doab.stream.spi;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.doab.stream.Position;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.RetriableException;

import org.jspecify.annotations.Nullable;

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

	/**
	 * Reads a few events of a partition, outside of any group. Blocks.
	 * @param partition of a stream that was declared
	 * @param after the position before the first one to read, or null for the beginning
	 * @param limit how many at most; none when there are no more
	 * @throws RetriableException when the backend cannot be reached
	 */
	List<StreamRecord> read(StreamPartition partition, @Nullable Position after, int limit);

	/** Reads the log at length, outside of any group. */
	LogReader reader();

	/**
	 * Removes events for good: {@link #read} does not give them any more. What is not
	 * there counts as removed. Not for streams that groups read. Blocks.
	 * @throws RetriableException when it is not known to be done
	 */
	void remove(StreamPartition partition, Collection<Position> positions);

	/** Joins a group. Does not wait for the backend: the first poll does. */
	GroupMember join(GroupSpec group, OwnershipListener listener);

	/**
	 * How many events of partitions a group has not done, about: what is done beyond its
	 * prefix may be counted. Partitions of which it is not known are absent. Blocks.
	 * @param partitions of streams that were declared
	 * @throws RetriableException when the backend cannot be reached
	 */
	Map<StreamPartition, Long> lag(String group, Collection<StreamPartition> partitions);

	/** What operators ask for. */
	BackendAdmin admin();

	IdempotencyWindow idempotencyWindow();

	/** Asks the backend how it is. Blocks for a few seconds at most. */
	BackendStatus status();

	@Override
	void close();

}
