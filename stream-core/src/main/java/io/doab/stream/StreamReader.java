package io.doab.stream;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;

/**
 * Reads streams outside of any group: takes nothing from anybody, acknowledges nothing,
 * and keeps nothing from being removed when its time has come. Safe for use by many
 * threads; the cursors that it gives are for one thread each.
 *
 * <p>
 * Only what was committed is read. Whatever their number, few events are held in memory
 * at a time. Read as {@code byte[]}, every entry of the log is given, also one that is no
 * event ({@link StoredEvent#defect()}).
 */
public interface StreamReader {

	/**
	 * The events of a range. It ends: what is stored after it was first asked for an
	 * event is not part of it. A partition's events come in stream order, those of
	 * several partitions in the order in which they were stored, as far as the servers'
	 * clocks tell it.
	 *
	 * <p>
	 * Blocks for the number of partitions, and later for each page of events.
	 * @throws IllegalArgumentException when a bound is a position and the range is of
	 * several partitions, or when the stream has no such partition
	 * @throws FatalStreamException when there is no such stream
	 * @throws RetriableException when the backend cannot be reached
	 */
	<T> EventCursor<T> range(StreamRange range, Class<T> type);

	/**
	 * The events of a stream from a point on, and those to come, without an end. A
	 * partition's events come in stream order. Partitions that are added later are read
	 * from their beginning.
	 *
	 * <p>
	 * Where it begins is known when this returns: {@code now()} is that moment. A
	 * connection that is lost is made anew, and reading goes on after the last event that
	 * was given: none comes twice and none is left out, but for what was removed in the
	 * meantime. It is tried until it succeeds or the cursor is closed; the log says so
	 * now and then.
	 * @throws IllegalArgumentException when the point is a position and the stream has
	 * several partitions
	 * @throws FatalStreamException when there is no such stream
	 * @throws RetriableException when the backend cannot be reached
	 */
	<T> EventCursor<T> tail(String stream, StreamPoint from, Class<T> type);

	/** The same of one partition alone. */
	<T> EventCursor<T> tail(StreamPartition partition, StreamPoint from, Class<T> type);

}
