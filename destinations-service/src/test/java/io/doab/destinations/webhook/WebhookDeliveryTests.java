package io.doab.destinations.webhook;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.doab.destinations.webhook.EndpointState.Status;
import io.doab.destinations.webhook.WebhookReceiver.Received;
import io.doab.destinations.webhook.WebhookRig.Instance;
import io.doab.servers.Ports;
import io.doab.servers.PostgresServer;
import io.doab.stream.EventIds;
import io.doab.stream.Ordering;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.test.ProcessorTestDriver;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Deliveries to endpoints that are slow, down or wrong, over a real database.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebhookDeliveryTests {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final Duration LONG = Duration.ofSeconds(20);

	private PostgresServer server;

	private WebhookRig rig;

	private WebhookReceiver receiver;

	private Instance instance;

	@BeforeAll
	void startServer(@TempDir Path folder) {
		this.server = PostgresServer.start(Ports.free(), folder, "webhooks", "secret");
		this.rig = new WebhookRig(this.server);
	}

	@AfterAll
	void stopServer() {
		this.rig.close();
		this.server.close();
	}

	@BeforeEach
	void startInstance() {
		this.receiver = WebhookReceiver.start();
		this.instance = this.rig.instance();
	}

	@AfterEach
	void reset() {
		this.receiver.close();
		this.rig.reset();
	}

	private Subscription subscribe(String path) {
		return this.instance.subscribe(this.receiver.url("127.0.0.1", path), true);
	}

	@Test
	void aSlowAndADeadEndpointKeepNobodyWaitingAndGetEverythingOnceAfterwards() {
		int deadPort = Ports.free();
		CountDownLatch gate = new CountDownLatch(1);
		AtomicInteger begun = new AtomicInteger();
		this.receiver.answer("/slow", (exchange) -> {
			begun.incrementAndGet();
			awaitGate(gate);
		});
		subscribe("/slow");
		Subscription dead = this.instance.subscribe(URI.create("http://127.0.0.1:" + deadPort + "/dead"), true);
		subscribe("/well");
		this.instance.accept(40, 5);
		await().untilAsserted(() -> assertOnceAndInOrder(this.receiver.received("/well"), 200));
		assertThat(begun.get()).as("calls of the slow one").isEqualTo(this.instance.properties.maxInFlight());
		await().until(() -> this.instance.status(dead) == Status.PAUSED);
		gate.countDown();
		try (WebhookReceiver back = WebhookReceiver.start(deadPort)) {
			this.rig.clock.advance(Duration.ofMinutes(1));
			await().untilAsserted(() -> {
				assertOnceAndInOrder(this.receiver.received("/slow"), 200);
				assertOnceAndInOrder(back.received("/dead"), 200);
			});
			assertThat(this.instance.status(dead)).isEqualTo(Status.ACTIVE);
		}
	}

	@Test
	void whatFailsEveryThirdTimeArrivesOnceAndInOrder() {
		AtomicInteger calls = new AtomicInteger();
		this.receiver.answer("/hooks", (exchange) -> {
			if (calls.incrementAndGet() % 3 == 0) {
				WebhookReceiver.answer(exchange, 500);
			}
		});
		Subscription subscription = subscribe("/hooks");
		this.instance.accept(10, 6);
		await().untilAsserted(() -> {
			this.rig.clock.advance(Duration.ofMinutes(5));
			assertOnceAndInOrder(this.receiver.received("/hooks"), 60);
		});
		await().until(() -> this.instance.status(subscription) == Status.ACTIVE);
		assertThat(this.instance.registry.get("doab.webhooks.calls").tag("outcome", "failed").timer().count())
			.isPositive();
	}

	@Test
	void anEndpointThatFailsTooOftenIsPausedSaysSoAndIsFoundToBeBack() {
		AtomicInteger calls = new AtomicInteger();
		this.receiver.answer("/hooks", (exchange) -> {
			calls.incrementAndGet();
			WebhookReceiver.answer(exchange, 503, "Retry-After", "3600");
		});
		Subscription subscription = subscribe("/hooks");
		this.instance.accept(30, 1);
		await().until(() -> this.instance.status(subscription) == Status.PAUSED);
		SubscriptionView view = this.instance.service.view(subscription.id());
		assertThat(view.reason()).isEqualTo("HTTP 503");
		assertThat(view.since()).isEqualTo(WebhookRig.START);
		assertThat(view.waiting()).isEqualTo(30);
		// An instance sees a moment later what is stored.
		await().untilAsserted(() -> {
			assertThat(
					this.instance.registry.get("doab.webhooks.subscriptions").tag("status", "paused").gauge().value())
				.isEqualTo(1);
			assertThat(new WebhooksHealthIndicator(this.instance.subscriptions).health(true)).asString()
				.contains(subscription.id(), "HTTP 503");
		});
		// Those that were under way when it was paused have arrived.
		AtomicInteger last = new AtomicInteger();
		await().pollInterval(Duration.ofMillis(150)).until(() -> last.getAndSet(calls.get()) == calls.get());
		this.rig.clock.advance(Duration.ofSeconds(14));
		await().during(Duration.ofMillis(150)).until(() -> calls.get() == last.get());
		this.receiver.accept("/hooks");
		this.rig.clock.advance(Duration.ofSeconds(1));
		await().untilAsserted(() -> assertOnceAndInOrder(this.receiver.received("/hooks"), 30));
		await().until(() -> this.instance.status(subscription) == Status.ACTIVE);
	}

	@Test
	void aFailedProbeUsesUpNoAttemptAndSomebodyCanResumeBeforeTheNext() {
		this.receiver.answer("/hooks", (exchange) -> WebhookReceiver.answer(exchange, 503));
		Subscription subscription = subscribe("/hooks");
		this.instance.accept(1, 1);
		await().until(() -> {
			this.rig.clock.advance(Duration.ofMinutes(1));
			return this.instance.status(subscription) == Status.PAUSED;
		});
		int attempts = attempts(subscription);
		await().until(() -> {
			this.rig.clock.advance(Duration.ofMinutes(5));
			return this.instance.service.find(subscription.id()).state().probes() >= 12;
		});
		assertThat(attempts(subscription)).isEqualTo(attempts).isBetween(3, 5);
		this.receiver.accept("/hooks");
		this.instance.service.resume(subscription.id());
		await().untilAsserted(() -> assertOnceAndInOrder(this.receiver.received("/hooks"), 1));
	}

	private int attempts(Subscription subscription) {
		return this.instance.service.deliveries(subscription.id(), DeliveryStatus.WAITING, 1).getFirst().attempts();
	}

	@Test
	void anEndpointThatIsGoneIsDisabledAndGetsWhatWaitsWhenItIsEnabledAgain() {
		this.receiver.answer("/hooks", (exchange) -> WebhookReceiver.answer(exchange, 410));
		Subscription subscription = subscribe("/hooks");
		this.instance.accept(1, 1);
		await().until(() -> this.instance.status(subscription) == Status.DISABLED);
		assertThat(this.instance.service.view(subscription.id()).reason())
			.isEqualTo("the receiver answered 410 (Gone)");
		// An instance sees a moment later what is stored.
		await().until(() -> this.instance.subscriptions.known(subscription.id()).orElseThrow().isDisabled());
		this.instance.accept(2, 1);
		assertThat(this.instance.service.view(subscription.id()).waiting()).isEqualTo(1);
		this.receiver.accept("/hooks");
		this.instance.service.resume(subscription.id());
		await().untilAsserted(() -> assertOnceAndInOrder(this.receiver.received("/hooks"), 1));
	}

	@Test
	void aDeliveryThatIsRefusedAgainAndAgainKeepsItsKeyWaitingThenIsDeadAndCanBeRetried() {
		Set<Integer> refused = new HashSet<>(Set.of(0));
		this.receiver.answer("/hooks", (exchange) -> {
			if (refused.contains(0) && isNumber(exchange.getRequestHeaders().getFirst("webhook-id"), 0)) {
				WebhookReceiver.answer(exchange, 500);
			}
		});
		Subscription subscription = subscribe("/hooks");
		this.instance.accept(1, 2);
		this.instance.fanOut.accept(List.of(WebhookRig.event("other", 7)));
		await().until(() -> numbers(this.receiver.received("/hooks")).equals(List.of(7)));
		await().untilAsserted(() -> {
			// Others succeed meanwhile, so that it is the delivery's fault.
			this.rig.clock.advance(Duration.ofHours(5));
			this.instance.fanOut.accept(List.of(WebhookRig.event("more", this.rig.clock.instant().hashCode())));
			assertThat(numbers(this.receiver.received("/hooks"))).contains(1);
		});
		List<DeliveryReport> dead = this.instance.service.deliveries(subscription.id(), DeliveryStatus.DEAD, 10);
		assertThat(dead).singleElement().satisfies((report) -> {
			assertThat(report.attempts()).isEqualTo(10);
			assertThat(report.lastStatus()).isEqualTo(500);
			assertThat(report.webhookId()).isEqualTo(webhookId(subscription, "order-0-0"));
		});
		refused.clear();
		assertThat(this.instance.service.revive(subscription.id(), dead.getFirst().webhookId())).isEqualTo(1);
		await().until(() -> numbers(this.receiver.received("/hooks")).contains(0));
	}

	@Test
	void withoutOrderADeliveryThatFailsIsOvertaken() {
		AtomicInteger calls = new AtomicInteger();
		this.receiver.answer("/hooks", (exchange) -> {
			if (calls.incrementAndGet() == 1) {
				WebhookReceiver.answer(exchange, 500);
			}
		});
		this.instance.subscribe(this.receiver.url("127.0.0.1", "/hooks"), false);
		this.instance.accept(1, 1);
		await().until(() -> calls.get() == 1);
		this.instance.accept(1, 3);
		await()
			.untilAsserted(() -> assertThat(numbers(this.receiver.received("/hooks"))).containsExactlyInAnyOrder(1, 2));
		this.rig.clock.advance(Duration.ofSeconds(5));
		await().untilAsserted(() -> assertThat(numbers(this.receiver.received("/hooks"))).endsWith(0));
	}

	@Test
	void whatAnEndpointThatStaysAwayDoesNotGetIsDeadAfterSomeDaysAndForgottenAfterMore() {
		this.receiver.answer("/hooks", (exchange) -> WebhookReceiver.answer(exchange, 503));
		Subscription subscription = subscribe("/hooks");
		this.instance.accept(25, 1);
		await().until(() -> this.instance.status(subscription) == Status.PAUSED);
		this.rig.clock.advance(Duration.ofDays(5).plusSeconds(1));
		this.instance.keeping.keep();
		assertThat(this.instance.service.view(subscription.id()).dead()).isEqualTo(25);
		assertThat(this.instance.registry.get("doab.webhooks.dead").counter().count()).isEqualTo(25);
		assertThat(this.instance.service.revive(subscription.id(), null)).isEqualTo(25);
		this.receiver.accept("/hooks");
		this.instance.service.resume(subscription.id());
		await().untilAsserted(() -> assertOnceAndInOrder(this.receiver.received("/hooks"), 25));
		await().until(() -> waiting(subscription) == 0);
		this.rig.clock.advance(Duration.ofDays(31));
		this.instance.keeping.keep();
		assertThat(this.rig.jdbc.queryForObject("SELECT count(*) FROM webhook_deliveries", Long.class)).isZero();
	}

	@Test
	void anEventThatIsReadAgainIsNotDeliveredAgain() {
		Subscription subscription = subscribe("/hooks");
		ProcessorDefinition definition = ProcessorDefinition.named("destination-webhooks")
			.ordering(Ordering.PARTITION)
			.onBatch("payments.processed", JsonNode.class, 10, this.instance.fanOut::accept)
			.build();
		try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).build()) {
			driver.loseNextCommit();
			driver.publish("payments.processed", List.of(WebhookRig.event("a", 1), WebhookRig.event("a", 2)));
			await().until(() -> waiting(subscription) == 0);
			driver.publish("payments.processed", List.of(WebhookRig.event("a", 2), WebhookRig.event("a", 3)));
			await().until(() -> waiting(subscription) == 0);
		}
		assertThat(numbers(this.receiver.received("/hooks"))).containsExactly(1, 2, 3);
		assertThat(this.receiver.received("/hooks").getFirst().body()).isEqualTo(
				"{\"type\":\"payment.authorized\",\"timestamp\":\"2026-01-31T12:00:00Z\",\"data\":" + data(1) + "}");
	}

	/** But for the token of its card, which leaves for no webhook. */
	private static JsonNode data(int number) {
		JsonNode data = WebhookRig.event("a", number).data().deepCopy();
		((ObjectNode) data.get("card")).remove("token");
		return data;
	}

	@Test
	void instancesShareTheSubscriptionsAndWhatOneLeavesAnotherDelivers() {
		Subscription subscription = subscribe("/hooks");
		this.instance.accept(20, 5);
		await().until(() -> !this.receiver.received("/hooks").isEmpty());
		var _ = this.rig.instance();
		this.instance.close();
		await().untilAsserted(() -> assertOnceAndInOrder(this.receiver.received("/hooks"), 100));
		await().until(() -> waiting(subscription) == 0);
	}

	@Test
	void theTurnOfAnInstanceThatDiedIsTakenWhenItIsOver() {
		Subscription subscription = subscribe("/hooks");
		this.instance.close();
		Instance other = this.rig.instance();
		this.rig.jdbc.update("UPDATE webhook_subscriptions SET worker = 'dead', worker_until = now() + interval '4 s'");
		other.accept(3, 1);
		await().during(Duration.ofMillis(200)).until(() -> this.receiver.received("/hooks").isEmpty());
		await().untilAsserted(() -> assertOnceAndInOrder(this.receiver.received("/hooks"), 3));
		assertThat(other.status(subscription)).isEqualTo(Status.ACTIVE);
	}

	@Test
	void whileTheDatabaseIsAwayDeliveriesWait() {
		subscribe("/hooks");
		AtomicInteger calls = new AtomicInteger();
		CountDownLatch gate = new CountDownLatch(1);
		this.receiver.answer("/hooks", (exchange) -> {
			if (calls.incrementAndGet() == 20) {
				awaitGate(gate);
			}
		});
		this.instance.accept(30, 2);
		await().until(() -> calls.get() >= 20);
		this.server.stop();
		gate.countDown();
		this.server.start();
		await().untilAsserted(() -> assertThat(distinct(this.receiver.received("/hooks"))).hasSize(60));
		assertFirstArrivalsInOrder(this.receiver.received("/hooks"));
	}

	@Test
	void thereIsABoundOnSubscriptionsAndAWrongKeyIsNamed() {
		for (int i = 0; i < 5; i++) {
			subscribe("/hooks");
		}
		assertThatThrownBy(() -> subscribe("/hooks"))
			.hasMessageContaining("There are 5 subscriptions, which is the limit");
		SubscriptionTable table = new SubscriptionTable(this.rig.jdbc, new SecretCipher("another key than that"));
		assertThatIllegalStateException().isThrownBy(table::all).withMessageContaining("DOAB_WEBHOOK_KEY");
		assertThat(this.rig.jdbc.queryForList("SELECT secret FROM webhook_subscriptions", byte[].class))
			.noneMatch((stored) -> this.instance.subscriptions.all()
				.stream()
				.anyMatch((one) -> new String(stored, StandardCharsets.ISO_8859_1)
					.contains(new String(one.secrets().current().bytes(), StandardCharsets.ISO_8859_1))));
	}

	@Test
	void aSecretIsRotatedWithBothSigningForAWhile() {
		Subscription subscription = subscribe("/hooks");
		Subscription rotated = this.instance.service.rotate(subscription.id(), null);
		assertThat(rotated.secrets().valid(this.rig.clock.instant())).containsExactly(rotated.secrets().current(),
				subscription.secrets().current());
		this.rig.clock.advance(Duration.ofHours(24));
		assertThat(this.instance.service.find(subscription.id()).secrets().valid(this.rig.clock.instant()))
			.containsExactly(rotated.secrets().current())
			.doesNotContain(subscription.secrets().current());
	}

	private static ConditionFactory await() {
		return Awaitility.await().pollInterval(Duration.ofMillis(20)).pollDelay(Duration.ZERO).atMost(LONG);
	}

	private long waiting(Subscription subscription) {
		return this.instance.table.count(subscription.id(), DeliveryStatus.WAITING);
	}

	private static void awaitGate(CountDownLatch gate) {
		try {
			gate.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean isNumber(String webhookId, int number) {
		return this.instance.subscriptions.all()
			.stream()
			.anyMatch((subscription) -> webhookId(subscription, "order-0-" + number).equals(webhookId));
	}

	private static String webhookId(Subscription subscription, String eventId) {
		return "msg_" + EventIds.derive("webhook", eventId, subscription.id());
	}

	private static List<Integer> numbers(List<Received> received) {
		return received.stream().map((one) -> data(one).path("number").intValue()).toList();
	}

	private static Set<String> distinct(List<Received> received) {
		Set<String> ids = new HashSet<>();
		received.forEach((one) -> ids.add(one.header("webhook-id")));
		return ids;
	}

	private static void assertOnceAndInOrder(List<Received> received, int count) {
		assertThat(received).hasSize(count);
		assertThat(distinct(received)).hasSize(count);
		assertFirstArrivalsInOrder(received);
	}

	private static void assertFirstArrivalsInOrder(List<Received> received) {
		Set<String> seen = new HashSet<>();
		Map<String, Integer> next = new HashMap<>();
		for (Received one : received) {
			if (seen.add(one.header("webhook-id"))) {
				JsonNode data = data(one);
				String key = data.path("orderId").stringValue();
				assertThat(data.path("number").intValue()).as("of %s", key).isEqualTo(next.getOrDefault(key, 0));
				next.merge(key, 1, Integer::sum);
			}
		}
	}

	private static JsonNode data(Received received) {
		assertThat(Instant.parse(JSON.readTree(received.body()).path("timestamp").stringValue()))
			.isEqualTo(WebhookRig.START);
		return JSON.readTree(received.body()).path("data");
	}

}
