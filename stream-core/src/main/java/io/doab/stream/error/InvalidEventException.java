package io.doab.stream.error;

import org.jspecify.annotations.Nullable;

/**
 * The event itself is wrong: not decodable, or larger than can be stored. Trying again
 * does not help; mend the event.
 */
public final class InvalidEventException extends StreamException {

	private static final long serialVersionUID = 1L;

	public InvalidEventException(String message) {
		super(message, null);
	}

	public InvalidEventException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
