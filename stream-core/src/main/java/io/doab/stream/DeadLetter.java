package io.doab.stream;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * An event that could not be processed, as it stands in a dead-letter stream.
 *
 * @param partition the dead-letter stream's partition
 * @param position where it stands there
 * @param event the event as it was in its stream, the payload as bytes
 * @param origin where that was; its stream is null for a timer
 * @param timer the name of the timer that failed, or null: an event did
 * @param group the processor that failed at it
 * @param exception the class of what it threw last
 * @param message what that said
 * @param attempts how often it was tried
 * @param firstFailure when it failed first
 * @param lastFailure when it failed last
 * @param redrives how often it was given back to its stream before
 */
public record DeadLetter(StreamPartition partition, Position position, Event<byte[]> event, Origin origin,
		@Nullable String timer, String group, String exception, String message, int attempts, Instant firstFailure,
		Instant lastFailure, int redrives) {

	/**
	 * The header that counts how often an event was redriven. It stays with the event,
	 * also when it is dead-lettered again.
	 */
	public static final String REDRIVE_COUNT_HEADER = "redrivecount";

}
