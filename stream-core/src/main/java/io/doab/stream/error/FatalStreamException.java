package io.doab.stream.error;

import org.jspecify.annotations.Nullable;

/**
 * A setting, a permission or the server is wrong. Trying again does not help until a
 * person has changed something; the message says what.
 */
public final class FatalStreamException extends StreamException {

	private static final long serialVersionUID = 1L;

	public FatalStreamException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
