package io.doab.webevents.tail;

import org.jspecify.annotations.Nullable;

/**
 * What a tail does.
 *
 * @param reason why, where it does not read
 */
record TailStatus(State state, @Nullable String reason) {

	/** Its states. */
	enum State {

		STARTING,

		READING,

		/** There is no file of that name yet, or at this moment. */
		WAITING_FOR_FILE,

		/** The backend is away. Nothing is lost meanwhile. */
		WAITING_FOR_BACKEND,

		/** Another process reads the file; this one goes on when that one ends. */
		STANDING_BY,

		/** Something cannot be read or written; it is tried again. */
		FAILED,

		STOPPED

	}

}
