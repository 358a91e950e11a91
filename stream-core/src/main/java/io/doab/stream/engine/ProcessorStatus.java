package io.doab.stream.engine;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * How a processor is.
 *
 * @param reason why it is not running, or null
 * @param partitions what its member in this process owns
 * @param inFlightEvents events fetched and not committed
 * @param parkedEvents events of these partitions that wait in the store for their next
 * attempt, or behind one that does
 */
public record ProcessorStatus(String name, State state, @Nullable String reason, Set<Integer> partitions,
		int inFlightEvents, int parkedEvents) {

	/** What a processor is doing. */
	public enum State {

		/** Waits for its first contact with the backend. */
		STARTING,

		/** Takes part in its group. */
		RUNNING,

		/** Cannot reach the backend, and tries again. */
		RECOVERING,

		/**
		 * Cannot go on until somebody mends what the reason says; tries again all the
		 * same.
		 */
		FAILED,

		/** Keeps out of its group until somebody has it resumed. */
		PAUSED,

		/** An event's failure stopped it, or the application did. */
		STOPPED

	}

}
