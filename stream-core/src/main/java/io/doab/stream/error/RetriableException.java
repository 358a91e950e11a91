package io.doab.stream.error;

import org.jspecify.annotations.Nullable;

/**
 * The backend could not do it now, or its answer was lost. Do the same again, with the
 * same ids, after a pause.
 */
public sealed class RetriableException extends StreamException permits UnconfirmedException {

	private static final long serialVersionUID = 1L;

	public RetriableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
