package io.doab.stream.engine;

import io.doab.stream.StoredEvent;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.spi.LogEntry;

/**
 * Makes the event of an entry.
 */
@FunctionalInterface
interface EntryDecoder<T> {

	/**
	 * Decodes.
	 * @throws InvalidEventException when it is no such event
	 */
	StoredEvent<T> decode(StreamPartition partition, LogEntry entry);

}
