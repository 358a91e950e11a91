package io.doab.stream.spi;

import java.util.Collection;
import java.util.OptionalInt;

import io.doab.stream.StreamPartition;
import io.doab.stream.error.RetriableException;

/**
 * Reads the log outside of any group. Takes nothing from anybody, and creates nothing.
 * Safe for use by many threads.
 */
public interface LogReader {

	/**
	 * How many partitions a stream has, if it is there. Blocks.
	 * @throws RetriableException when the backend cannot be reached
	 */
	OptionalInt partitions(String stream);

	/**
	 * Opens a section of the log of partitions. Does not wait for the backend: to read
	 * does.
	 * @throws IllegalArgumentException when a bound is no position of this backend
	 */
	LogSection open(Collection<StreamPartition> partitions, LogRange range);

	/** Follows partitions that are to be added. Does not wait for the backend. */
	LogTail follow();

}
