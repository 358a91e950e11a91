package io.doab.webevents.log;

/**
 * A line that is not of a known format. The message says which field is wrong, and never
 * repeats it.
 */
public final class MalformedLineException extends Exception {

	private static final long serialVersionUID = 1L;

	MalformedLineException(String message) {
		super(message);
	}

}
