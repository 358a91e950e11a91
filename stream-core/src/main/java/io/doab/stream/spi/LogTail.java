package io.doab.stream.spi;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.doab.stream.StreamPartition;
import io.doab.stream.StreamPoint;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;

/**
 * Follows partitions as events are stored in them. For one thread, but for
 * {@link #wakeup()} and {@link #close()}.
 */
public interface LogTail extends AutoCloseable {

	/**
	 * Follows more partitions. Blocks until it is known where each begins.
	 * @throws IllegalArgumentException when a point is no position of this backend
	 * @throws RetriableException when the backend cannot be reached: none of them is
	 * followed then
	 */
	void add(Map<StreamPartition, StreamPoint> from);

	/**
	 * Waits for events.
	 * @return what came, in stream order; nothing after the timeout or a wake-up, or when
	 * it is closed
	 * @throws RetriableException when the backend cannot be reached: ask again after a
	 * pause, and it goes on after the last event that it gave
	 * @throws FatalStreamException when asking again is of no use
	 */
	Map<StreamPartition, List<LogEntry>> poll(Duration timeout);

	/** Makes a {@link #poll} that waits, or the next one, return. */
	void wakeup();

	@Override
	void close();

}
