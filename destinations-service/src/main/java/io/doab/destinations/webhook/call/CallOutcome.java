package io.doab.destinations.webhook.call;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/** How a call ended. */
public sealed interface CallOutcome {

	/** How long it took. */
	Duration took();

	/** The status of the answer, or null when there was none. */
	@Nullable Integer status();

	/** The receiver has it: a status of 200 to 299. */
	record Accepted(Duration took, Integer status) implements CallOutcome {
	}

	/** The receiver wants nothing any more: 410. */
	record Gone(Duration took, Integer status) implements CallOutcome {
	}

	/**
	 * The receiver does not have it, or did not say so in time.
	 *
	 * @param reason a few words without anything that was sent or received
	 * @param retryAfter how long the receiver asks to be left alone, or null
	 */
	record Failed(Duration took, @Nullable Integer status, String reason,
			@Nullable Duration retryAfter) implements CallOutcome {
	}

}
