package io.doab.stream;

import java.util.List;
import java.util.function.Consumer;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;

/**
 * What operators ask of streams and groups, and do to them; the same over both backends.
 * Calls block for the backend, and fail with {@link RetriableException} when it cannot be
 * reached. Safe for use by many threads.
 */
public interface StreamAdmin {

	/** The names of the streams that are there, whoever made them, in order. */
	List<String> streams();

	/**
	 * Describes a stream.
	 * @throws IllegalArgumentException when there is none of that name
	 */
	StreamDescription describe(String stream);

	/**
	 * Creates a stream unless it is there. This application publishes to it and trims it
	 * as it was made, until it ends; to others, and after a restart, it is what
	 * {@code doab.streams[name]} says.
	 * @throws IllegalArgumentException when it is to take events for later and this
	 * application does not say so itself
	 * @throws FatalStreamException when it has another number of partitions
	 */
	void create(StreamDefinition stream);

	/** The groups that read the streams. */
	GroupAdmin groups();

	/**
	 * Looks through events in the order of their partitions. Holds few of them at a time,
	 * however many there are.
	 * @param found takes each event that the search is for
	 * @param progress is told how far it is, every {@link EventSearch#PROGRESS_EVENTS}
	 * events
	 * @return how far it came
	 * @throws IllegalArgumentException when there is no such stream
	 */
	SearchProgress search(EventSearch search, Consumer<FoundEvent> found, Consumer<SearchProgress> progress);

}
