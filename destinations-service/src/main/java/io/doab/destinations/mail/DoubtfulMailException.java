package io.doab.destinations.mail;

/** It is not known whether the server took a mail. */
final class DoubtfulMailException extends Exception {

	private static final long serialVersionUID = 1L;

	DoubtfulMailException(String message) {
		super(message);
	}

}
