package io.doab.destinations.mail;

import jakarta.mail.MessagingException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;

/**
 * With what a mail server refused a mail.
 *
 * @param code of three digits
 * @param text as it said it, addresses masked
 */
record SmtpReply(int code, String text) {

	private static final int MAX_TEXT = 300;

	/** Longer chains are circles. */
	private static final int MAX_CHAIN = 20;

	/**
	 * The reply that a failure tells of, or null when it tells of none: then the server
	 * may have taken the mail. That to the recipient goes before that to the whole mail.
	 */
	static @Nullable SmtpReply of(Exception failure) {
		SmtpReply found = null;
		Exception next = failure;
		for (int i = 0; next != null && i < MAX_CHAIN; i++) {
			switch (next) {
				case SMTPAddressFailedException recipient -> {
					return reply(recipient.getReturnCode(), recipient);
				}
				case SMTPSenderFailedException sender -> found = reply(sender.getReturnCode(), sender);
				case SMTPSendFailedException mail ->
					found = (found != null) ? found : reply(mail.getReturnCode(), mail);
				default -> {
				}
			}
			next = (next instanceof MessagingException messaging) ? messaging.getNextException() : null;
		}
		return found;
	}

	private static @Nullable SmtpReply reply(int code, Exception failure) {
		if (code < 400) {
			return null;
		}
		String text = MailAddress.mask(String.valueOf(failure.getMessage()))
			.replaceAll("[\\p{Cntrl}\\s]+", " ")
			.strip();
		return new SmtpReply(code, (text.length() > MAX_TEXT) ? text.substring(0, MAX_TEXT) + "…" : text);
	}

	/** Whether the same will be refused again. */
	boolean isPermanent() {
		return this.code >= 500;
	}

	/** Whether the server closes, whatever the mail. */
	boolean isOfTheServer() {
		return this.code == 421;
	}

}
