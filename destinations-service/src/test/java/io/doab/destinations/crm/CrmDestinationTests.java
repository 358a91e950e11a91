package io.doab.destinations.crm;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import io.doab.destinations.Deliveries;
import io.doab.servers.Ports;
import io.doab.stream.Event;
import io.doab.stream.test.HandlerFailure;
import io.doab.stream.test.ProcessorTestDriver;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * The CRM over HTTP, against a server that is well, slow, wrong, busy, down or does not
 * know us.
 */
class CrmDestinationTests {

	private static final String STREAM = "payments.processed";

	private static final Map<String, CrmProperties.Call> MAPPING = Map.of("payment.authorized",
			new CrmProperties.Call("POST", "/events",
					Map.of("eventId", "/id", "order", "/data/orderId", "reason", "/data/reason"), List.of()),
			"payment.declined", new CrmProperties.Call("PUT", "/customers/{/data/customer/id}/declines/{/id}", Map.of(),
					List.of("/data/customer/id")));

	private final CrmServer server = new CrmServer();

	private @Nullable ProcessorTestDriver driver;

	private Duration callTimeout = Duration.ofSeconds(30);

	@AfterEach
	void close() {
		if (this.driver != null) {
			this.driver.close();
		}
		this.server.close();
	}

	private ProcessorTestDriver driver(@Nullable String token, CrmProperties.@Nullable OAuth2 oauth2) {
		return driver(this.server.url("/crm/"), token, oauth2);
	}

	private ProcessorTestDriver driver(URI url, @Nullable String token, CrmProperties.@Nullable OAuth2 oauth2) {
		CrmProperties properties = new CrmProperties(url, token, oauth2, Duration.ofSeconds(5), this.callTimeout,
				Duration.ofMinutes(10), MAPPING);
		Clock clock = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC);
		CrmDestination destination = CrmConfiguration.destination(properties, JsonMapper.builder().build(), clock);
		this.driver = Deliveries.to(destination, STREAM);
		return this.driver;
	}

	private static Event<Map<String, ?>> event(String id, String type, Map<String, ?> data) {
		Event<Map<String, ?>> event = Event.of(type, "order-1", data);
		return event.withId(id);
	}

	private static Event<Map<String, ?>> authorized(String id) {
		return event(id, "payment.authorized", Map.of("orderId", "order-1", "customer", Map.of("id", "17/850")));
	}

	private CrmProperties.OAuth2 oauth2() {
		return new CrmProperties.OAuth2(this.server.url("/token"), "client", "s:cret", "crm.write");
	}

	@Test
	void anEventBecomesTheCallThatTheMappingSays() {
		ProcessorTestDriver crm = driver("static-token", null);
		crm.publish(STREAM, authorized("e1"));
		crm.publish(STREAM, event("e2", "payment.declined", Map.of("customer", Map.of("id", "17/850"))));
		crm.publish(STREAM, event("e3", "payment.declined", Map.of("orderId", "a guest's")));
		crm.publish(STREAM, event("e4", "payment.refunded", Map.of("orderId", "not mapped")));
		assertThat(this.server.calls).containsExactly(
				new CrmServer.Call("POST", "/crm/events", "e1", "Bearer static-token",
						this.server.calls.getFirst().body()),
				new CrmServer.Call("PUT", "/crm/customers/17%2F850/declines/e2", "e2", "Bearer static-token", ""));
		assertThat(JsonMapper.builder().build().readTree(this.server.calls.getFirst().body()))
			.isEqualTo(JsonMapper.builder().build().readTree("{\"eventId\":\"e1\",\"order\":\"order-1\"}"));
		assertThat(crm.failures()).isEmpty();
	}

	@Test
	void aCallThatComesAgainHasTheSameKey() {
		ProcessorTestDriver crm = driver(null, null);
		crm.loseNextCommit();
		crm.publish(STREAM, authorized("e1"));
		assertThat(this.server.keys()).containsExactly("e1", "e1");
	}

	@Test
	void aRefusalGoesToTheDeadLettersWithTheAnswer() {
		this.server.answer(422, "{\"problem\":\"no such\n customer\", \"filler\":\"" + "x".repeat(5_000) + "\"}");
		ProcessorTestDriver crm = driver("static-token", null);
		crm.publish(STREAM, authorized("e1"));
		crm.publish(STREAM, authorized("e2"));
		assertThat(crm.deadLetters(STREAM)).singleElement()
			.satisfies((letter) -> assertThat(letter.headers().get("dlmessage"))
				.startsWith("The CRM refuses the event (422): {\"problem\":\"no such customer\"")
				.doesNotContain("static-token")
				.hasSizeLessThan(500));
		assertThat(this.server.keys()).containsExactly("e1", "e2");
	}

	@Test
	void aCrmThatFailsIsAskedAgainInTheOrderOfTheKey() {
		this.server.answer(500, "oh");
		this.server.answer(408, "");
		ProcessorTestDriver crm = driver(null, null);
		crm.publish(STREAM, authorized("e1"));
		crm.publish(STREAM, authorized("e2"));
		crm.advance(Duration.ofSeconds(3));
		assertThat(this.server.keys()).containsExactly("e1", "e1", "e1", "e2");
		assertThat(crm.deadLetters(STREAM)).isEmpty();
	}

	@Test
	void aCrmThatAsksForItIsLeftAlone() {
		this.server.answer(429, "", "Retry-After", "120");
		this.server.answer(503, "", "Retry-After", "Sat, 31 Jan 2026 12:03:00 GMT");
		ProcessorTestDriver crm = driver(null, null);
		crm.publish(STREAM, authorized("e1"));
		crm.publish(STREAM, Event.of("payment.authorized", "order-2", Map.of()).withId("other"));
		crm.advance(Duration.ofSeconds(119));
		assertThat(this.server.keys()).as("other keys leave it alone too").containsExactly("e1");
		crm.advance(Duration.ofSeconds(2));
		assertThat(this.server.keys()).containsExactly("e1", "e1");
		crm.advance(Duration.ofSeconds(175));
		assertThat(this.server.keys()).hasSize(2);
		crm.advance(Duration.ofSeconds(10));
		assertThat(this.server.keys()).containsExactly("e1", "e1", "e1", "other");
		assertThat(crm.failures()).extracting(HandlerFailure::attempt).containsOnly(1);
	}

	@Test
	void aCrmThatIsDownIsWaitedForHoweverLong() {
		int port = Ports.free();
		ProcessorTestDriver crm = driver(URI.create("http://localhost:" + port + "/crm"), null, null);
		crm.publish(STREAM, authorized("e1"));
		crm.advance(Duration.ofHours(12));
		assertThat(crm.lag(STREAM)).isEqualTo(1);
		assertThat(crm.deadLetters(STREAM)).isEmpty();
		try (CrmServer back = new CrmServer(port)) {
			crm.advance(Duration.ofMinutes(6));
			assertThat(back.keys()).containsExactly("e1");
		}
	}

	@Test
	void aCallThatIsNotAnsweredEndsAndIsMadeAgain() {
		CountDownLatch slow = new CountDownLatch(1);
		this.server.gate = slow;
		this.callTimeout = Duration.ofSeconds(2);
		ProcessorTestDriver crm = driver(null, null);
		crm.publish(STREAM, authorized("e1"));
		assertThat(crm.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure.exception()).isInstanceOf(CrmFailedException.class)
				.hasMessageContaining("no answer within PT2S"));
		slow.countDown();
		crm.advance(Duration.ofSeconds(1));
		assertThat(this.server.keys()).containsExactly("e1", "e1");
		assertThat(crm.lag(STREAM)).isZero();
	}

	@Test
	void aTokenIsGotOnceAndUsedUntilItIsRefused() {
		ProcessorTestDriver crm = driver(null, oauth2());
		crm.publish(STREAM, authorized("e1"));
		crm.publish(STREAM, authorized("e2"));
		assertThat(this.server.tokensGiven()).isEqualTo(1);
		this.server.accepted = "token-2";
		crm.publish(STREAM, authorized("e3"));
		assertThat(this.server.calls).extracting(CrmServer.Call::idempotencyKey, CrmServer.Call::authorization)
			.containsExactly(tuple("e1", "Bearer token-1"), tuple("e2", "Bearer token-1"),
					tuple("e3", "Bearer token-1"), tuple("e3", "Bearer token-2"));
		assertThat(crm.failures()).isEmpty();
	}

	@Test
	void whileOurCredentialsAreNotTakenEventsWait() {
		this.server.tokenStatus = 400;
		ProcessorTestDriver crm = driver(null, oauth2());
		crm.publish(STREAM, authorized("e1"));
		crm.advance(Duration.ofHours(3));
		assertThat(crm.deadLetters(STREAM)).isEmpty();
		assertThat(crm.failures().getFirst().exception()).hasMessageContaining("answered 400 (invalid_client)")
			.hasMessageNotContaining("s:cret");
		this.server.tokenStatus = 200;
		this.server.accepted = "another";
		crm.advance(Duration.ofMinutes(6));
		assertThat(crm.deadLetters(STREAM)).isEmpty();
		this.server.accepted = null;
		crm.advance(Duration.ofMinutes(6));
		assertThat(crm.lag(STREAM)).isZero();
	}

	@Test
	void manyThatNeedATokenAskForOne() throws Exception {
		AccessTokens tokens = new ClientCredentialTokens(oauth2(),
				new HttpCaller(Duration.ofSeconds(1), Duration.ofSeconds(5)), JsonMapper.builder().build(),
				Clock.systemUTC());
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<String>> all = IntStream.range(0, 50).mapToObj((i) -> threads.submit(tokens::current)).toList();
			for (Future<String> each : all) {
				assertThat(each.get()).isEqualTo("token-1");
			}
		}
		tokens.refused("token-0");
		assertThat(tokens.current()).isEqualTo("token-1");
	}

	@Test
	void aTokenIsReplacedBeforeItExpires() throws Exception {
		this.server.tokenLifetimeSeconds = 100;
		MovableClock clock = new MovableClock();
		AccessTokens tokens = new ClientCredentialTokens(oauth2(),
				new HttpCaller(Duration.ofSeconds(1), Duration.ofSeconds(5)), JsonMapper.builder().build(), clock);
		assertThat(tokens.current()).isEqualTo("token-1");
		clock.now = clock.now.plusSeconds(69);
		assertThat(tokens.current()).isEqualTo("token-1");
		clock.now = clock.now.plusSeconds(2);
		assertThat(tokens.current()).isEqualTo("token-2");
	}

	@Test
	void onlyWhatFitsIntoThePathIsCalled() {
		ProcessorTestDriver crm = driver(null, null);
		crm.publish(STREAM, event("e1", "payment.declined", Map.of("customer", Map.of("id", ".."))));
		assertThat(this.server.calls).isEmpty();
		assertThat(crm.deadLetters(STREAM)).hasSize(1);
	}

	private static final class MovableClock extends Clock {

		private Instant now = Instant.EPOCH;

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

		@Override
		public Instant instant() {
			return this.now;
		}

	}

}
