package io.doab.stream.spi;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Timers that are due, earliest first, and when to look again.
 *
 * @param next the due time of the first timer that is not among them, or null when there
 * is none
 */
public record DueTimers(List<Entry> due, @Nullable Instant next) {

	/** A timer and its due time. */
	public record Entry(TimerKey timer, Instant due) {
	}

}
