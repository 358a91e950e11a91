package io.doab.stream.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** What became of works that ran. */
sealed interface Outcome {

	/** They are done, with these effects. */
	record Done(Effects effects) implements Outcome {
	}

	/** They run again after a pause; these then in two halves. */
	record Again(Duration delay, List<Work> apart) implements Outcome {
	}

	/**
	 * They run again after a pause, and nothing else before they do; or, when others wait
	 * so already, after those.
	 */
	record Await(Duration delay) implements Outcome {
	}

	/**
	 * It is put into the store instead of waiting in memory.
	 *
	 * @param stored what is put there
	 * @param due when it is tried again
	 * @param otherwise what becomes of it when it cannot be parked, or null for one that
	 * did not run, and waits behind others
	 */
	record Park(Work.EventWork event, byte[] stored, Instant due, @Nullable Again otherwise) implements Outcome {
	}

	/** The processor is to stop. */
	record Stop(Exception cause) implements Outcome {
	}

}
