package io.doab.destinations.mail;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

import javax.net.ssl.SSLContext;

import com.zaxxer.hikari.HikariDataSource;
import io.doab.destinations.Deliveries;
import io.doab.servers.Ports;
import io.doab.servers.PostgresServer;
import io.doab.servers.TcpProxy;
import io.doab.stream.DeadLetter;
import io.doab.stream.Event;
import io.doab.stream.test.ProcessorTestDriver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.mail.BodyPart;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.subethamail.smtp.RejectException;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.mail.javamail.JavaMailSenderImpl;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mail to customers, over a mail server that wants TLS and a login, and a database that
 * remembers.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailDestinationTests {

	private static final String PAYMENTS = "payments.processed";

	private static final String INVENTORY = "inventory.processed";

	private static final Duration LONG = Duration.ofHours(6);

	private final HikariDataSource source = new HikariDataSource();

	private final TcpProxy proxy = TcpProxy.start(Ports.free(), Ports.free());

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private PostgresServer database;

	private SSLContext tls;

	private JdbcTemplate jdbc;

	private MailServer server;

	private ProcessorTestDriver mail;

	@BeforeAll
	void startDatabase(@TempDir Path folder) {
		this.tls = MailServer.certificate(folder);
		this.database = PostgresServer.start(Ports.free(), folder.resolve("postgres"), "doab", "secret");
		this.database.ensureDatabase("destinations");
		this.source.setJdbcUrl(this.database.jdbcUrl("destinations"));
		this.source.setUsername("doab");
		this.source.setPassword("secret");
		this.jdbc = new JdbcTemplate(this.source);
		this.jdbc.execute((Connection connection) -> {
			ScriptUtils.executeSqlScript(connection, new ClassPathResource("db/migration/V5__mail.sql"));
			return connection;
		});
	}

	@AfterAll
	void stopDatabase() {
		this.source.close();
		this.database.close();
		this.proxy.close();
	}

	@BeforeEach
	void start() {
		this.jdbc.execute("TRUNCATE mail");
		this.meters.clear();
		startServer();
		this.mail = driver(MailServer.PASSWORD, MailProperties.Doubtful.DEAD_LETTER);
	}

	@AfterEach
	void stop() {
		this.mail.close();
		this.server.close();
	}

	private void startServer() {
		int port = Ports.free();
		this.server = MailServer.start(port, this.tls);
		this.proxy.leadTo(port);
	}

	private ProcessorTestDriver driver(String password, MailProperties.Doubtful doubtful) {
		JavaMailSenderImpl sender = new JavaMailSenderImpl();
		sender.setHost("localhost");
		sender.setPort(this.proxy.port());
		sender.setUsername(MailServer.USER);
		sender.setPassword(password);
		sender.setDefaultEncoding("UTF-8");
		Properties properties = sender.getJavaMailProperties();
		properties.setProperty("mail.smtp.auth", "true");
		properties.setProperty("mail.smtp.starttls.enable", "true");
		properties.setProperty("mail.smtp.starttls.required", "true");
		properties.setProperty("mail.smtp.ssl.trust", "localhost");
		properties.setProperty("mail.smtp.timeout", "20000");
		properties.setProperty("mail.smtp.connectiontimeout", "20000");
		Mailer mailer = new Mailer(sender, MailAddress.tryParse("shop@doab.example").orElseThrow(), "Candle & Co", 500);
		return Deliveries.to(new MailDestination(mailer, null, new SentMails(this.jdbc, Clock.systemUTC()), doubtful,
				new MailCounter(this.meters)), PAYMENTS, INVENTORY);
	}

	private static Event<Map<String, ?>> payment(String id, String type, String email, String reason) {
		Map<String, Object> data = new HashMap<>();
		data.put("orderId", "536365");
		data.put("amount", Map.of("value", "139.12", "currency", "GBP"));
		data.put("card", Map.of("token", "tok_secret", "last4", "4242", "brand", "visa"));
		data.put("reason", reason);
		data.put("customer", email.isEmpty() ? Map.of("id", "17850") : Map.of("id", "17850", "email", email));
		Event<Map<String, ?>> event = Event.of(type, "536365", data);
		return event.withId(id);
	}

	private static Event<Map<String, ?>> authorized(String id) {
		return payment(id, "payment.authorized", "c17850@example.com", "");
	}

	private static Event<Map<String, ?>> rejected(String id, String reason) {
		Event<Map<String, ?>> event = Event.of("inventory.rejected", "536365",
				Map.of("orderId", "536365", "reason", reason));
		return event.withId(id);
	}

	private double count(String outcome) {
		return this.meters.counter("doab.mails", "outcome", outcome).count();
	}

	@Test
	void customersAreToldInTextAndHtml() throws Exception {
		this.mail.publish(PAYMENTS, authorized("p1"));
		assertThat(this.mail.failures()).isEmpty();
		MailServer.Received received = this.server.received.getFirst();
		assertThat(received.to()).isEqualTo("c17850@example.com");
		MimeMessage message = received.message();
		assertThat(message.getSubject()).isEqualTo("Your payment for order 536365");
		assertThat(message.getHeader("From")).containsExactly("Candle & Co <shop@doab.example>");
		assertThat(message.getMessageID()).matches("<[0-9a-f-]{36}@doab\\.example>");
		assertThat(part(message, "text/plain")).contains("Order   536365", "139.12 GBP", "ending in 4242")
			.doesNotContain("tok_secret", "{{");
		assertThat(part(message, "text/html")).contains("139.12 GBP", "Candle &amp; Co")
			.doesNotContain("tok_secret", "{{");
		assertThat(count("sent")).isEqualTo(1);
	}

	private static String part(Part part, String type) throws Exception {
		if (part.isMimeType(type)) {
			return (String) part.getContent();
		}
		if (part.getContent() instanceof Multipart parts) {
			for (int i = 0; i < parts.getCount(); i++) {
				BodyPart each = parts.getBodyPart(i);
				String found = part(each, type);
				if (!found.isEmpty()) {
					return found;
				}
			}
		}
		return "";
	}

	@Test
	void eachKindHasItsLetter() throws Exception {
		this.mail.publish(PAYMENTS, payment("p1", "payment.declined", "a@example.com", "insufficient_funds"));
		this.mail.publish(PAYMENTS, payment("p2", "payment.refunded", "a@example.com", ""));
		this.mail.publish(PAYMENTS, payment("p3", "payment.declined", "a@example.com", "fraud_suspected"));
		this.mail.publish(PAYMENTS, payment("p4", "payment.declined", "a@example.com", "refund_exceeds_charge"));
		this.mail.publish(INVENTORY, rejected("i1", "out_of_stock"));
		assertThat(this.server.received).extracting((received) -> received.message().getSubject())
			.containsExactly("Your payment for order 536365 did not go through", "Your refund for order 536365",
					"Your payment for order 536365 did not go through", "We cannot deliver order 536365");
		assertThat(part(this.server.received.get(0).message(), "text/plain")).contains("did not approve the amount");
		assertThat(part(this.server.received.get(2).message(), "text/plain")).doesNotContain("fraud");
	}

	@Test
	void anEventThatComesTwiceIsOneMail() {
		this.mail.publish(PAYMENTS, authorized("p1"));
		this.mail.publish(PAYMENTS, authorized("p1"));
		assertThat(this.server.received).hasSize(1);
		assertThat(count("repeated")).isEqualTo(1);
	}

	@Test
	void aProcessThatEndsBetweenMailAndCommitMailsOnce() {
		this.mail.loseNextCommit();
		this.mail.publish(PAYMENTS, authorized("p1"));
		assertThat(this.server.received).hasSize(1);
		assertThat(count("repeated")).isEqualTo(1);
		assertThat(this.mail.lag(PAYMENTS)).isZero();
	}

	@Test
	void aMailInDoubtIsNotSentAgainBeforeSomebodyLooked() throws Exception {
		this.server.onTaken = this.proxy::cut;
		Event<Map<String, ?>> event = authorized("p1");
		this.mail.publish(PAYMENTS, event);
		this.mail.advance(Duration.ofMinutes(1));
		assertThat(this.server.received).hasSize(1);
		assertThat(this.mail.deadLetters(PAYMENTS)).singleElement()
			.satisfies((letter) -> assertThat(letter.headers().get("dlmessage"))
				.contains(this.server.received.getFirst().message().getMessageID())
				.doesNotContain("c17850@"));
		assertThat(count("doubtful")).isEqualTo(1);
		this.mail.publish(PAYMENTS, event.withHeader(DeadLetter.REDRIVE_COUNT_HEADER, "1"));
		assertThat(this.server.received).hasSize(2);
		assertThat(this.server.received.get(1).message().getMessageID())
			.isEqualTo(this.server.received.get(0).message().getMessageID());
	}

	@Test
	void aServerThatClosesRightAfterItsAnswerHasTheMail() {
		this.server.onTaken = () -> this.proxy.beforeRequest(1, this.proxy::cut);
		this.mail.publish(PAYMENTS, authorized("p1"));
		this.mail.advance(Duration.ofMinutes(1));
		assertThat(this.server.received).hasSize(1);
		assertThat(this.mail.failures()).isEmpty();
	}

	@Test
	void aMailInDoubtIsSentAgainUnderItsIdWhereThatIsWanted() throws Exception {
		this.mail.close();
		this.mail = driver(MailServer.PASSWORD, MailProperties.Doubtful.SEND_AGAIN);
		this.server.onTaken = this.proxy::cut;
		this.mail.publish(PAYMENTS, authorized("p1"));
		this.mail.advance(Duration.ofMinutes(1));
		assertThat(this.server.received).hasSize(2);
		assertThat(this.server.received.get(1).message().getMessageID())
			.isEqualTo(this.server.received.get(0).message().getMessageID());
		assertThat(this.mail.deadLetters(PAYMENTS)).isEmpty();
	}

	@Test
	void aServerThatIsAwayIsWaitedForHoweverLong() {
		this.server.close();
		this.mail.publish(PAYMENTS, authorized("p1"));
		this.mail.advance(LONG);
		assertThat(this.mail.deadLetters(PAYMENTS)).isEmpty();
		assertThat(this.mail.lag(PAYMENTS)).isEqualTo(1);
		startServer();
		this.mail.advance(Duration.ofMinutes(15));
		assertThat(this.server.received).hasSize(1);
		assertThat(this.mail.lag(PAYMENTS)).isZero();
	}

	@Test
	void whileOurLoginIsNotTakenMailsWait() {
		this.mail.close();
		this.mail = driver("wrong", MailProperties.Doubtful.DEAD_LETTER);
		this.mail.publish(PAYMENTS, authorized("p1"));
		this.mail.advance(Duration.ofMinutes(30));
		assertThat(this.mail.deadLetters(PAYMENTS)).isEmpty();
		assertThat(this.mail.failures().getFirst().exception()).hasMessageContaining("spring.mail.username");
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM mail", Long.class)).isZero();
	}

	@Test
	void whatTheServerRefusesForGoodIsADeadLetterWithoutTheAddress() {
		this.server.refusals.add(new RejectException(550, "5.1.1 <c17850@example.com>: no such mailbox"));
		this.mail.publish(PAYMENTS, authorized("p1"));
		assertThat(this.server.received).isEmpty();
		assertThat(this.mail.deadLetters(PAYMENTS)).singleElement()
			.satisfies((letter) -> assertThat(letter.headers().get("dlmessage"))
				.contains("550", "no such mailbox", "c***0@example.com")
				.doesNotContain("c17850@"));
	}

	@Test
	void whatTheServerDoesNotTakeYetIsSentLater() {
		this.server.refusals.add(new RejectException(450, "4.2.1 greylisted, come back later"));
		this.mail.publish(PAYMENTS, authorized("p1"));
		assertThat(this.server.received).isEmpty();
		this.mail.advance(Duration.ofMinutes(1));
		assertThat(this.server.received).hasSize(1);
		assertThat(this.mail.deadLetters(PAYMENTS)).isEmpty();
	}

	@Test
	void aGuestWithoutAnAddressGetsNoMail() {
		this.mail.publish(PAYMENTS, payment("p1", "payment.authorized", "", ""));
		this.mail.publish(INVENTORY, rejected("i1", "out_of_stock"));
		assertThat(this.server.received).isEmpty();
		assertThat(count("no-address")).isEqualTo(2);
		assertThat(this.mail.deadLetters(PAYMENTS)).isEmpty();
	}

	@Test
	void aRejectionThatComesFirstWaitsForTheAddress() throws Exception {
		this.mail.publish(INVENTORY, rejected("i1", "unknown_sku"));
		assertThat(this.server.received).isEmpty();
		this.mail.loseNextCommit();
		this.mail.publish(PAYMENTS, authorized("p1"));
		assertThat(this.server.received).extracting((received) -> received.message().getSubject())
			.containsExactlyInAnyOrder("We cannot deliver order 536365", "Your payment for order 536365");
	}

	@Test
	void ofADeclinedOrderTheRejectionIsNotToldAsWell() {
		this.mail.publish(PAYMENTS, payment("p1", "payment.declined", "a@example.com", "card_expired"));
		this.mail.publish(INVENTORY, rejected("i1", "payment_declined"));
		this.mail.publish(INVENTORY, rejected("i2", "payment_timeout"));
		assertThat(this.server.received).hasSize(1);
	}

	@Test
	void aReturnThatIsRejectedIsNoOrderThatCannotBeDelivered() {
		this.mail.publish(PAYMENTS, authorized("p1"));
		Event<Map<String, ?>> rejected = Event.of("inventory.rejected", "536365",
				Map.of("orderId", "536365", "request", "return", "reason", "exceeds_reservation"));
		this.mail.publish(INVENTORY, rejected);
		assertThat(this.server.received).hasSize(1);
	}

	@Test
	void noAddressAndNoOrderAddsAHeader() throws Exception {
		this.mail.publish(PAYMENTS, payment("p1", "payment.authorized", "a@example.com\r\nBcc: b@example.com", ""));
		this.mail.publish(PAYMENTS, payment("p2", "payment.authorized", "a@example.com, b@example.com", ""));
		assertThat(this.server.received).isEmpty();
		assertThat(this.mail.deadLetters(PAYMENTS)).hasSize(2);
		Event<Map<String, ?>> order = Event.of("payment.authorized", "k",
				Map.of("orderId", "1\r\nBcc: b@example.com\r\n\r\n<b>", "customer", Map.of("email", "a@example.com")));
		this.mail.publish(PAYMENTS, order);
		MimeMessage message = this.server.received.getFirst().message();
		assertThat(message.getHeader("Bcc")).isNull();
		assertThat(message.getSubject()).isEqualTo("Your payment for order 1 Bcc: b@example.com <b>");
		assertThat(part(message, "text/html")).contains("&lt;b&gt;").doesNotContain("<b>");
	}

	@Test
	void whatIsOldIsForgotten() {
		SentMails sentMails = new SentMails(this.jdbc, Clock.systemUTC());
		sentMails.begin("p1");
		sentMails.sent("p1");
		assertThat(sentMails.forgetOlderThan(Duration.ofDays(30))).isZero();
		assertThat(sentMails.begin("p1")).isEqualTo(SentMails.Known.SENT);
		assertThat(sentMails.forgetOlderThan(Duration.ZERO.minusSeconds(1))).isEqualTo(1);
		assertThat(sentMails.begin("p1")).isEqualTo(SentMails.Known.NOTHING);
	}

}
