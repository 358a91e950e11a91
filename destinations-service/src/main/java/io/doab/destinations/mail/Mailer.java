package io.doab.destinations.mail;

import java.io.UnsupportedEncodingException;
import java.time.Duration;

import io.doab.stream.EventIds;
import io.doab.stream.error.InvalidEventException;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;

import org.springframework.mail.MailAuthenticationException;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;

/**
 * Sends mails over SMTP, so many a second at most, and says by an exception's type what
 * became of one that was not sent. Blocks. Safe for use by many threads.
 */
final class Mailer {

	private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

	private final JavaMailSender sender;

	private final MailAddress from;

	private final String shop;

	private final RateLimiter rate;

	private final Letters letters;

	/**
	 * Creates one.
	 * @param rate mails a second
	 */
	Mailer(JavaMailSender sender, MailAddress from, String shop, int rate) {
		this.sender = sender;
		this.from = from;
		this.shop = shop;
		this.letters = new Letters(shop);
		this.rate = RateLimiter.of("mail", RateLimiterConfig.custom()
			// One at a time, not all of a second at its beginning.
			.limitForPeriod(1)
			.limitRefreshPeriod(Duration.ofSeconds(1).dividedBy(rate))
			.timeoutDuration(LONGEST_WAIT)
			.build());
	}

	/** The Message-ID of an event's mail, the same each time. */
	String messageId(MailContent content) {
		return "<" + EventIds.derive("mail", content.eventId()) + "@" + this.from.domain() + ">";
	}

	/** Waits until the rate allows a mail. */
	void awaitTurn() throws InterruptedException, MailFailedException {
		if (!this.rate.acquirePermission()) {
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			throw new MailFailedException(
					"The rate of destinations.mail.rate left no room within " + LONGEST_WAIT + "; it is tried again");
		}
	}

	/**
	 * Sends a mail.
	 * @throws MailAwayException when the server takes none at present; it did not take
	 * this one
	 * @throws MailFailedException when it did not take this one
	 * @throws InvalidEventException when it refuses this one for good
	 * @throws DoubtfulMailException when it may have taken it
	 */
	void send(MailContent content, MailAddress to)
			throws MailAwayException, MailFailedException, DoubtfulMailException {
		MimeMessage message = message(content, to);
		try {
			this.sender.send(message);
		}
		catch (MailAuthenticationException ex) {
			throw new MailAwayException(
					"The mail server does not take our login: check spring.mail.username and .password");
		}
		catch (MailSendException ex) {
			Exception[] failures = ex.getMessageExceptions();
			// None: it was taken, and only the goodbye failed.
			if (failures != null && failures.length > 0) {
				judge(content, failures[0], failures[0].equals(ex.getCause()));
			}
		}
	}

	/**
	 * Throws what a failure means.
	 * @param unconnected whether it was that of the connection, before any mail
	 */
	private void judge(MailContent content, Exception failure, boolean unconnected)
			throws MailAwayException, MailFailedException, DoubtfulMailException {
		if (unconnected) {
			throw new MailAwayException(
					"The mail server cannot be reached: " + MailAddress.mask(String.valueOf(failure.getMessage())));
		}
		SmtpReply reply = SmtpReply.of(failure);
		if (reply == null) {
			throw new DoubtfulMailException("The connection to the mail server ended before its answer to mail "
					+ messageId(content) + ": it may have been sent");
		}
		String said = "(" + reply.code() + "): " + reply.text();
		if (reply.isOfTheServer()) {
			throw new MailAwayException("The mail server closes " + said);
		}
		if (reply.isPermanent()) {
			throw new InvalidEventException("The mail server refuses the mail " + said);
		}
		throw new MailFailedException("The mail server does not take the mail yet " + said);
	}

	private MimeMessage message(MailContent content, MailAddress to) {
		MimeMessage message = this.sender.createMimeMessage();
		try {
			MimeMessageHelper helper = new MimeMessageHelper(message, MimeMessageHelper.MULTIPART_MODE_MIXED_RELATED,
					"UTF-8");
			helper.setFrom(new InternetAddress(this.from.full(), this.shop.replaceAll("\\p{Cntrl}", " "), "UTF-8"));
			helper.setTo(new InternetAddress(to.full()));
			helper.setSubject(content.subject());
			helper.setText(this.letters.text(content), this.letters.html(content));
			message.setHeader("Message-ID", messageId(content));
			// Not for vacation replies (RFC 3834).
			message.setHeader("Auto-Submitted", "auto-generated");
			return message;
		}
		catch (MessagingException | UnsupportedEncodingException ex) {
			throw new InvalidEventException("The mail to " + to + " cannot be written");
		}
	}

}
