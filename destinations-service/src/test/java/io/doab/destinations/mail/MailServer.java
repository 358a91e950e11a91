package io.doab.destinations.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import org.jspecify.annotations.Nullable;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/**
 * A mail server that takes mail only over TLS (STARTTLS) and after a login, and refuses
 * what it is told to.
 */
public final class MailServer implements AutoCloseable {

	public static final String USER = "shop";

	public static final String PASSWORD = "mail-password";

	private static final char[] STORE_PASSWORD = "changeit".toCharArray();

	private final SMTPServer server;

	/** What arrived. */
	public final List<Received> received = new CopyOnWriteArrayList<>();

	/** With what the next recipients are refused, one each. */
	final List<RejectException> refusals = new CopyOnWriteArrayList<>();

	/** Runs once the next message was taken, before the sender is told. */
	volatile @Nullable Runnable onTaken;

	private MailServer(int port, SSLContext tls) {
		this.server = SMTPServer.port(port)
			.bindAddress(InetAddress.getLoopbackAddress())
			.hostName("localhost")
			.messageHandlerFactory(Handler::new)
			.authenticationHandlerFactory(new EasyAuthenticationHandlerFactory((user, password, context) -> {
				if (!USER.equals(user) || !PASSWORD.equals(password)) {
					throw new LoginFailedException();
				}
			}))
			.requireAuth()
			.enableTLS()
			.requireTLS()
			.startTlsSocketFactory(tls)
			.build();
		this.server.start();
	}

	public static MailServer start(int port, SSLContext tls) {
		return new MailServer(port, tls);
	}

	/** A certificate for localhost that its own maker signed. */
	public static SSLContext certificate(Path folder) {
		try {
			Path store = folder.resolve("localhost.p12");
			Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
					"-genkeypair", "-alias", "localhost", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
					"san=dns:localhost", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass",
					new String(STORE_PASSWORD))
				.inheritIO()
				.start();
			if (keytool.waitFor() != 0) {
				throw new IllegalStateException("keytool failed");
			}
			KeyStore keys = KeyStore.getInstance("PKCS12");
			try (InputStream in = Files.newInputStream(store)) {
				keys.load(in, STORE_PASSWORD);
			}
			KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			managers.init(keys, STORE_PASSWORD);
			SSLContext tls = SSLContext.getInstance("TLS");
			tls.init(managers.getKeyManagers(), null, null);
			return tls;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.server.stop();
	}

	/**
	 * A mail that arrived.
	 *
	 * @param to the recipient of the envelope
	 */
	public record Received(String to, MimeMessage message) {
	}

	private final class Handler implements MessageHandler {

		private String to = "";

		private Handler(MessageContext context) {
			Objects.requireNonNull(context);
		}

		@Override
		public void from(String from) {
		}

		@Override
		public void recipient(String recipient) throws RejectException {
			if (!MailServer.this.refusals.isEmpty()) {
				throw MailServer.this.refusals.removeFirst();
			}
			this.to = recipient;
		}

		@Override
		public @Nullable String data(InputStream data) throws IOException {
			try {
				MailServer.this.received
					.add(new Received(this.to, new MimeMessage(Session.getInstance(new Properties()),
							new ByteArrayInputStream(data.readAllBytes()))));
			}
			catch (MessagingException ex) {
				throw new IOException(ex);
			}
			Runnable action = MailServer.this.onTaken;
			if (action != null) {
				MailServer.this.onTaken = null;
				action.run();
			}
			return null;
		}

		@Override
		public void done() {
		}

	}

}
