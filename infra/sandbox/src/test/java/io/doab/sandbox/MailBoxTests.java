package io.doab.sandbox;

import java.io.IOException;
import java.util.Properties;

import io.doab.servers.Ports;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;

import org.jspecify.annotations.Nullable;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The mail box takes mail from an ordinary mail client, unless it is told not to.
 */
class MailBoxTests {

	private final SandboxFixture sandbox = new SandboxFixture();

	@AfterEach
	void close() {
		this.sandbox.close();
	}

	@Test
	void aMailIsShownInTextAndInHtml() throws Exception {
		send("c1@example.com", "mail-password");
		var mail = this.sandbox.get("/mail").get(0);
		assertThat(mail.at("/to/0").asString()).isEqualTo("c1@example.com");
		assertThat(mail.at("/subject").asString()).isEqualTo("Your order £ 1");
		assertThat(mail.at("/text").asString()).isEqualTo("Thank you");
		assertThat(mail.at("/html").asString()).isEqualTo("<p>Thank you</p>");
		assertThat(mail.at("/messageId").asString()).startsWith("<").endsWith(">");
	}

	@Test
	void whoLogsInWithAWrongPasswordIsRefused() {
		assertThatThrownBy(() -> send("c1@example.com", "wrong")).isInstanceOf(MessagingException.class);
	}

	@Test
	void recipientsAreRefusedForNowOrForGood() throws Exception {
		this.sandbox.behave("/mail", "{\"status\":451,\"everyNth\":2}");
		send("c1@example.com", "mail-password");
		assertThatThrownBy(() -> send("c2@example.com", "mail-password")).rootCause()
			.hasMessageContaining("451 The sandbox was told to answer 451");
		assertThat(this.sandbox.get("/mail")).hasSize(1);
	}

	@Test
	void aMailThatIsKeptThoughItIsRefusedIsThereTwiceAfterTheNextAttempt() throws Exception {
		this.sandbox.behave("/mail", "{\"status\":451,\"keep\":true}");
		MimeMessage mail = mail("c1@example.com");
		assertThatThrownBy(() -> send(mail, "mail-password")).isInstanceOf(MessagingException.class);
		this.sandbox.send(this.sandbox.to("/mail/behaviour").DELETE());
		send(mail, "mail-password");
		assertThat(this.sandbox.get("/").at("/mail/total").asInt()).isEqualTo(2);
		assertThat(this.sandbox.get("/").at("/mail/distinct").asInt()).isEqualTo(1);
	}

	@Test
	void whileItIsDownNobodyListensAndThenSomebodyDoesAgain() throws Exception {
		this.sandbox.behave("/mail", "{\"down\":true}");
		assertThat(Ports.isTaken(this.sandbox.smtpPort())).isFalse();
		assertThatThrownBy(() -> send("c1@example.com", null)).isInstanceOf(MessagingException.class);
		this.sandbox.send(this.sandbox.to("/mail/behaviour").DELETE());
		send("c1@example.com", null);
		assertThat(this.sandbox.get("/mail")).hasSize(1);
	}

	@Test
	void whatDoesNotGoWithMailIsSaid() throws IOException {
		assertThat(this.sandbox.behave("/mail", "{\"status\":302}").body()).contains("SMTP refuses with 400 to 599");
		assertThat(this.sandbox.behave("/mail", "{\"down\":true,\"everyNth\":2}").body())
			.contains("a server that is down is so for everybody");
	}

	private void send(String to, @Nullable String password) throws MessagingException {
		send(mail(to), password);
	}

	private void send(MimeMessage mail, @Nullable String password) throws MessagingException {
		try (Transport transport = session().getTransport("smtp")) {
			transport.connect("127.0.0.1", this.sandbox.smtpPort(), (password != null) ? "doab" : null, password);
			transport.sendMessage(mail, mail.getAllRecipients());
		}
	}

	private static MimeMessage mail(String to) throws MessagingException {
		MimeMessage mail = new MimeMessage(session());
		mail.setFrom("shop@example.com");
		mail.setRecipient(Message.RecipientType.TO, new InternetAddress(to));
		mail.setSubject("Your order £ 1", "UTF-8");
		MimeBodyPart text = new MimeBodyPart();
		text.setText("Thank you", "UTF-8");
		MimeBodyPart html = new MimeBodyPart();
		html.setText("<p>Thank you</p>", "UTF-8", "html");
		mail.setContent(new MimeMultipart("alternative", text, html));
		mail.saveChanges();
		return mail;
	}

	private static Session session() {
		return Session.getInstance(new Properties());
	}

}
