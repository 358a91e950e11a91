package io.doab.stream;

import java.util.List;
import java.util.function.Predicate;

import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.RetriableException;

import org.jspecify.annotations.Nullable;

/**
 * What could not be processed of the streams: to be looked at, given back or discarded.
 * Calls block for the backend, and fail with {@link RetriableException} when it cannot be
 * reached. Safe for use by many threads.
 *
 * <p>
 * To <em>redrive</em> a dead letter is to append its event to the stream and partition
 * that it came from, with the same id, key, attributes and payload, and then to remove
 * the dead letter. It goes to the end: events of its key that came later were processed
 * before it. <em>Every</em> group of the stream sees it again, not just the one that
 * failed; it is marked as one that may come twice
 * ({@link ProcessorDefinition#DEDUPLICATE_HEADER}), so that a processor with
 * {@link ProcessorDefinition.Builder#deduplicate} drops it when it has processed it
 * before under such a mark. A failure between the two steps leaves the dead letter there:
 * redrive it again.
 *
 * <p>
 * An event that comes back and fails again counts its redrives in the header
 * {@link DeadLetter#REDRIVE_COUNT_HEADER}. At the limit it is refused and stays, so that
 * nobody drives it round for ever.
 */
public interface DeadLetterQueue {

	/**
	 * The dead letters of a partition of a stream, in their order.
	 * @param stream the stream that they came from
	 * @param after where to go on: the position of the last one that is known, or null to
	 * begin
	 * @param limit how many at most, 1 to 1,000; fewer do not mean that there are no
	 * more, none does
	 */
	List<DeadLetter> list(String stream, int partition, @Nullable Position after, int limit);

	/**
	 * Gives one back to its stream.
	 * @return where it stands now
	 * @throws InvalidEventException when it is refused; the message says why
	 */
	Published redrive(String stream, int partition, Position position);

	/**
	 * Gives those back that a filter takes, partition by partition in their order, each
	 * at most once in a call.
	 * @param limit how many at most
	 */
	RedriveReport redrive(String stream, Predicate<DeadLetter> which, int limit);

	/**
	 * Removes one for good.
	 * @throws InvalidEventException when there is none at the position
	 */
	void discard(String stream, int partition, Position position);

}
