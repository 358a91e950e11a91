package io.doab.stream;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * An event as it was read, and where it is.
 *
 * @param storedAt when the server stored it, by its clock
 * @param defect what keeps an entry from being an event (no payload, say), or null when
 * nothing does. Only what is read as {@code byte[]} can have one; what it lacks is filled
 * in, and empty where there is nothing to fill in
 */
public record StoredEvent<T>(StreamPartition partition, Position position, Instant storedAt, Event<T> event,
		@Nullable String defect) {

}
