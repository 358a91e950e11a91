package io.doab.destinations.webhook.call;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.doab.destinations.webhook.WebhookReceiver;
import io.doab.destinations.webhook.WebhookReceiver.Received;
import io.doab.servers.Ports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls to a receiver that does as it pleases.
 */
class WebhookCallsTests {

	private static final Instant NOW = Instant.parse("2026-01-31T12:00:00.750Z");

	private static final byte[] BODY = "{\"type\":\"payment.authorized\"}".getBytes(StandardCharsets.UTF_8);

	private static final SigningSecret SECRET = SigningSecret.random();

	private final WebhookReceiver receiver = WebhookReceiver.start();

	private final List<String> lookups = new ArrayList<>();

	private List<InetAddress> addresses = List.of(InetAddress.getLoopbackAddress());

	private final GuardedLookup lookup = new GuardedLookup((host) -> {
		this.lookups.add(host);
		return this.addresses;
	}, new AddressRules(List.of("127.0.0.1")));

	private final WebhookCalls calls = calls(Duration.ofSeconds(10));

	private final WebhookCalls hasty = calls(Duration.ofMillis(400));

	private WebhookCalls calls(Duration timeout) {
		return new WebhookCalls(new EndpointRules(true, Set.of(), this.lookup), this.lookup,
				new CallLimits(timeout, timeout, 10_000, 10), Clock.fixed(NOW, ZoneOffset.UTC));
	}

	@AfterEach
	void close() {
		this.calls.close();
		this.hasty.close();
		this.receiver.close();
	}

	private CallOutcome call(String path) {
		return call(this.receiver.url("shop.example", path), SECRET);
	}

	private CallOutcome call(URI url, SigningSecret... secrets) {
		return this.calls.call(delivery(url, secrets));
	}

	private static WebhookCall delivery(URI url, SigningSecret... secrets) {
		return new WebhookCall(url, "msg_1", BODY, List.of(secrets));
	}

	@Test
	void aDeliveryHasTheHeadersOfStandardWebhooksAndASignatureOfEachSecret() {
		SigningSecret former = SigningSecret.random();
		assertThat(call(this.receiver.url("shop.example", "/hooks?token=1"), SECRET, former))
			.isInstanceOf(CallOutcome.Accepted.class);
		Received received = this.receiver.received("/hooks").getFirst();
		assertThat(received.header("webhook-id")).isEqualTo("msg_1");
		assertThat(received.header("webhook-timestamp")).isEqualTo(String.valueOf(NOW.getEpochSecond()));
		assertThat(received.header("webhook-signature"))
			.isEqualTo(SECRET.sign("msg_1", NOW, BODY) + " " + former.sign("msg_1", NOW, BODY));
		assertThat(received.header("content-type")).isEqualTo("application/json");
		assertThat(received.body()).isEqualTo(new String(BODY, StandardCharsets.UTF_8));
	}

	@Test
	void theAddressThatWasCheckedIsTheOneThatIsCalled() {
		assertThat(call("/hooks")).isInstanceOf(CallOutcome.Accepted.class);
		// No name server knows that host: nobody but the checked look-up was asked.
		assertThat(this.receiver.received("/hooks").getFirst().header("host")).startsWith("shop.example:");
		assertThat(this.lookups).containsExactly("shop.example");
	}

	@Test
	void aNameThatLeadsElsewhereLaterIsNotFollowedThere() {
		this.addresses = List.of(InetAddress.ofLiteral("127.0.0.2"));
		assertThat(call("/hooks")).isInstanceOfSatisfying(CallOutcome.Failed.class,
				(failed) -> assertThat(failed.reason()).contains("not public"));
		this.addresses = List.of(InetAddress.getLoopbackAddress(), InetAddress.ofLiteral("10.0.0.1"));
		assertThat(call("/hooks")).isInstanceOf(CallOutcome.Failed.class);
		assertThat(this.receiver.received("/hooks")).isEmpty();
	}

	@Test
	void anAddressInTheUrlIsCheckedAsWell() {
		this.addresses = List.of(InetAddress.ofLiteral("127.0.0.2"));
		assertThat(call(this.receiver.url("127.0.0.2", "/hooks"), SECRET)).isInstanceOfSatisfying(
				CallOutcome.Failed.class, (failed) -> assertThat(failed.reason()).contains("not public"));
		assertThat(this.lookups).containsExactly("127.0.0.2");
	}

	@Test
	void aRedirectIsAFailureAndNotFollowed() {
		this.receiver.answer("/moved", (exchange) -> WebhookReceiver.answer(exchange, 302, "Location", "/hooks"));
		assertThat(call("/moved")).isInstanceOfSatisfying(CallOutcome.Failed.class,
				(failed) -> assertThat(failed.reason()).isEqualTo("HTTP 302"));
		assertThat(this.receiver.received("/hooks")).isEmpty();
	}

	@Test
	void aReceiverThatHangsIsLeftAfterTheTimeout() {
		this.receiver.answer("/hang", (exchange) -> this.receiver.hang());
		CallOutcome outcome = this.hasty.call(delivery(this.receiver.url("shop.example", "/hang"), SECRET));
		assertThat(outcome).isInstanceOfSatisfying(CallOutcome.Failed.class,
				(failed) -> assertThat(failed.reason()).isEqualTo("no answer within 400 ms"));
		assertThat(outcome.took()).isBetween(Duration.ofMillis(390), Duration.ofSeconds(5));
	}

	@Test
	void aReceiverThatAnswersByteByByteIsLeftAfterTheTimeoutAsWell() throws IOException {
		try (SlowServer server = SlowServer.start()) {
			CallOutcome outcome = this.hasty
				.call(delivery(URI.create("http://shop.example:" + server.port() + "/"), SECRET));
			assertThat(outcome).isInstanceOf(CallOutcome.Failed.class);
			assertThat(outcome.took()).isLessThan(Duration.ofSeconds(5));
		}
	}

	@Test
	void anEndlessAnswerIsCutOffAndItsStatusCounts() {
		this.receiver.answer("/endless", WebhookReceiver::endless);
		long start = System.nanoTime();
		assertThat(call("/endless")).isInstanceOf(CallOutcome.Accepted.class);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
	}

	@Test
	void aStatusThatSaysMoreIsUnderstood() {
		this.receiver.answer("/gone", (exchange) -> WebhookReceiver.answer(exchange, 410));
		this.receiver.answer("/busy", (exchange) -> WebhookReceiver.answer(exchange, 429, "Retry-After", "120"));
		assertThat(call("/gone")).isInstanceOf(CallOutcome.Gone.class);
		assertThat(call("/busy")).isInstanceOfSatisfying(CallOutcome.Failed.class,
				(failed) -> assertThat(failed.retryAfter()).isEqualTo(Duration.ofMinutes(2)));
		assertThat(RetryAfter.parse("Sat, 31 Jan 2026 12:01:00 GMT", NOW)).isEqualTo(Duration.ofMillis(59_250));
		assertThat(RetryAfter.parse("99999999999999999999", NOW)).isNull();
		assertThat(RetryAfter.parse("99999999", NOW)).isEqualTo(Duration.ofDays(1));
		assertThat(RetryAfter.parse("soon", NOW)).isNull();
	}

	@Test
	void nobodyThereIsAFailure() {
		assertThat(call(URI.create("http://shop.example:" + Ports.free() + "/"), SECRET)).isInstanceOfSatisfying(
				CallOutcome.Failed.class, (failed) -> assertThat(failed.reason()).isEqualTo("no connection"));
	}

}
