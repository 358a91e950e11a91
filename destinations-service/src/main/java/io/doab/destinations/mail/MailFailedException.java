package io.doab.destinations.mail;

/** A mail was not sent; later it may be. */
final class MailFailedException extends Exception {

	private static final long serialVersionUID = 1L;

	MailFailedException(String message) {
		super(message);
	}

}
