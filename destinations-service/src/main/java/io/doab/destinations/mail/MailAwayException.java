package io.doab.destinations.mail;

/** The mail server takes no mail at present, whatever the mail. */
final class MailAwayException extends Exception {

	private static final long serialVersionUID = 1L;

	MailAwayException(String message) {
		super(message);
	}

}
