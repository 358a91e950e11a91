package io.doab.destinations.webhook.call;

/** A URL that must not be called. The message says why, to follow the words "the URL". */
public final class RefusedEndpointException extends Exception {

	private static final long serialVersionUID = 1L;

	RefusedEndpointException(String message) {
		super(message);
	}

}
