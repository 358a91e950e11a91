package io.doab.sandbox;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import com.icegreen.greenmail.Managers;
import com.icegreen.greenmail.smtp.SmtpServer;
import com.icegreen.greenmail.user.UserException;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;

import org.jspecify.annotations.Nullable;

/**
 * A mail box for every address, behind a real SMTP server. Who logs in must do so
 * rightly; who does not is let in as well. While it is down nobody listens at its port.
 */
final class MailBox implements Peer, AutoCloseable {

	private static final long START_LIMIT_MS = 5_000;

	private final FaultSwitch faults = new FaultSwitch();

	private final Received received = Received.ofStandardSize();

	private final String address;

	private final Managers managers;

	private int port;

	private @Nullable SmtpServer server;

	/**
	 * Starts the server.
	 * @throws IllegalStateException when the port is taken
	 */
	MailBox(SandboxSettings settings) {
		this.address = settings.address();
		this.port = settings.smtpPort();
		this.managers = new SwitchedSmtp(this.faults, this::keep).managers();
		try {
			this.managers.getUserManager()
				.createUser(settings.smtpUser(), settings.smtpUser(), settings.smtpPassword());
		}
		catch (UserException ex) {
			throw new IllegalStateException(ex);
		}
		start();
	}

	/** Where the SMTP server listens, also while it is down. */
	synchronized int port() {
		return this.port;
	}

	@Override
	public String path() {
		return "/mail";
	}

	@Override
	public FaultSwitch faults() {
		return this.faults;
	}

	@Override
	public Received received() {
		return this.received;
	}

	@Override
	public synchronized void behave(Behaviour behaviour) {
		if (behaviour.status() != 0 && behaviour.status() < 400) {
			throw new BadRequest("status: SMTP refuses with 400 to 599, as 451 (for now) or 550 (for good)");
		}
		if (behaviour.down() && behaviour.everyNth() > 1) {
			throw new BadRequest("everyNth goes with a status: a server that is down is so for everybody");
		}
		this.faults.set(behaviour);
		if (behaviour.down()) {
			close();
		}
		else {
			start();
		}
	}

	@Override
	public Answer answer(Request request) {
		return switch (request.method() + " " + request.path()) {
			case "GET /mail" -> this.received.list(request);
			case "DELETE /mail" -> {
				this.received.clear();
				yield Answer.noContent();
			}
			default -> Answer.problem(404, "There is GET and DELETE /mail; mail comes by SMTP at port " + port());
		};
	}

	private synchronized void start() {
		if (this.server != null) {
			return;
		}
		SmtpServer next = new SmtpServer(new ServerSetup(this.port, this.address, ServerSetup.PROTOCOL_SMTP),
				this.managers);
		next.startService();
		try {
			if (!next.waitTillRunning(START_LIMIT_MS)) {
				throw new IllegalStateException("The mail box cannot listen at port " + this.port);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the mail box started", ex);
		}
		this.port = next.getPort();
		this.server = next;
	}

	/** Stops the server; connections end. */
	@Override
	public synchronized void close() {
		SmtpServer current = this.server;
		this.server = null;
		if (current != null) {
			current.stopService();
		}
	}

	private void keep(MimeMessage mail) {
		try {
			Map<String, Object> entry = new LinkedHashMap<>();
			entry.put("messageId", Objects.requireNonNullElse(mail.getMessageID(), ""));
			entry.put("from", addresses(mail.getFrom()));
			entry.put("to", addresses(mail.getAllRecipients()));
			entry.put("subject", Objects.requireNonNullElse(mail.getSubject(), ""));
			entry.put("text", content(mail, "text/plain"));
			entry.put("html", content(mail, "text/html"));
			this.received.add(mail.getMessageID(), entry);
		}
		catch (MessagingException | IOException ex) {
			throw new BadRequest("The mail cannot be read: " + ex.getMessage());
		}
	}

	private static List<String> addresses(Address @Nullable [] addresses) {
		return Stream.ofNullable(addresses).flatMap(Arrays::stream).map(Address::toString).toList();
	}

	/** The first part of that type, or an empty text. */
	private static String content(Part part, String type) throws MessagingException, IOException {
		if (part.isMimeType(type)) {
			return String.valueOf(part.getContent());
		}
		if (part.getContent() instanceof Multipart parts) {
			for (int i = 0; i < parts.getCount(); i++) {
				String found = content(parts.getBodyPart(i), type);
				if (!found.isEmpty()) {
					return found;
				}
			}
		}
		return "";
	}

}
