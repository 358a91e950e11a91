package io.doab.local;

/**
 * Arguments or variables that cannot be used. The message is one line that says how to
 * mend it.
 */
public final class UsageException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UsageException(String message) {
		super(message);
	}

}
