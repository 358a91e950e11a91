package io.doab.stream.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of what this library throws. The type says what to do next.
 */
public abstract sealed class StreamException extends RuntimeException
		permits RetriableException, FencedException, InvalidEventException, FatalStreamException {

	private static final long serialVersionUID = 1L;

	protected StreamException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
