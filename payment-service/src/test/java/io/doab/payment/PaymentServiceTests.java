package io.doab.payment;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;

import io.doab.payment.card.CardTokenizer;
import io.doab.payment.gateway.GatewayServer;
import io.doab.payment.gateway.GatewayServer.Fault;
import io.doab.payment.money.Money;
import io.doab.payment.processing.PaymentInstruction;
import io.doab.payment.processing.PaymentResult;
import io.doab.payment.processing.PaymentType;
import io.doab.servers.ChildProcess;
import io.doab.servers.JavaRuntime;
import io.doab.servers.Ports;
import io.doab.servers.RedisServer;
import io.doab.stream.Event;
import io.doab.stream.EventPublisher;
import io.doab.stream.Origin;
import io.doab.stream.ProcessorDefinition;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The service on a real server, with a gateway that keeps books behind HTTP. It starts as
 * a process that is killed between the gateway's effect and its own commit; what comes
 * after is the work of the next instance.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PaymentServiceTests {

	private static final String TOKEN = "token-of-the-test";

	private static final String CARD = """
			{"number": "4242424242424242", "expiry": "2039-12"}""";

	/**
	 * By where they are stored: what is told twice is stored twice, while what is read
	 * twice, for its reader lost its partition, is one.
	 */
	private static final Map<Origin, Event<PaymentResult>> RESULTS = new ConcurrentSkipListMap<>(
			Comparator.comparingInt(Origin::partition).thenComparing((origin) -> requireNonNull(origin.position())));

	private final GatewayServer gateway = GatewayServer.start();

	private RedisServer redis;

	private ConfigurableApplicationContext service;

	@BeforeAll
	@SuppressWarnings("NullAway.Init")
	void start(@TempDir Path folder) {
		this.redis = RedisServer.start(Ports.free(), folder.resolve("redis"));
		int port = Ports.free();
		List<String> command = new ArrayList<>(
				List.of(JavaRuntime.executable(), "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
						String.join(System.getProperty("path.separator"), JavaRuntime.classPath()),
						PaymentApplication.class.getName()));
		command.addAll(settings(port));
		try (ChildProcess victim = ChildProcess.start("payment-service", command, Map.of(), folder.resolve("log"))) {
			this.gateway.next(new Fault.NeverAnswers());
			eventually().ignoreExceptions().until(() -> charge(port, "killed").statusCode() == 202);
			eventually().until(() -> this.gateway.count("/authorizations") == 1);
			victim.kill();
		}
		this.service = new SpringApplicationBuilder(PaymentApplication.class, Results.class)
			.run(settings(0).toArray(String[]::new));
	}

	private List<String> settings(int port) {
		return List.of("--server.port=" + port, "--management.server.port=0", "--doab.backend=redis",
				"--spring.data.redis.port=" + this.redis.port(), "--doab.redis.lease-time=2s",
				"--doab.ingestion.token=" + TOKEN, "--payment.card.token-key=the same for all instances",
				"--payment.gateway.type=http", "--payment.gateway.url=" + this.gateway.url(),
				"--payment.gateway.read-timeout=1m", "--payment.gateway.retry-delay=10ms",
				"--payment.gateway.circuit-breaker.open-for=200ms", "--spring.main.register-shutdown-hook=false");
	}

	private static HttpResponse<String> charge(int port, String order) throws IOException, InterruptedException {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/payments"))
				.header("Authorization", "Bearer " + TOKEN)
				.header("Content-Type", "application/json")
				.header("Idempotency-Key", order)
				.POST(HttpRequest.BodyPublishers.ofString("{\"orderId\":\"" + order
						+ "\",\"amount\":{\"value\":\"10.00\",\"currency\":\"GBP\"},\"card\":" + CARD + "}"))
				.build(), HttpResponse.BodyHandlers.ofString());
	}

	@AfterAll
	void stop() {
		this.service.close();
		this.redis.close();
		this.gateway.close();
	}

	@Test
	@Order(1)
	void aChargeWhoseProcessWasKilledAfterTheGatewayTookTheMoneyIsTakenAndToldOnce() {
		eventually().untilAsserted(() -> assertThat(results("killed")).containsExactly("payment.authorized 10.00"));
		assertThat(this.gateway.requests()).hasSizeGreaterThan(1)
			.extracting(GatewayServer.Request::key)
			.containsOnly(this.gateway.requests().getFirst().key());
		assertThat(this.gateway.count("/authorizations")).isEqualTo(1);
	}

	@Test
	@Order(2)
	void anOrdersPaymentsAreDoneInOrderAndOnceThoughTheyComeTwiceAndAnswersAreLost() {
		BigDecimal chargedBefore = this.gateway.booked("/authorizations");
		List<String> orders = IntStream.range(0, 60).mapToObj((i) -> "order-" + i).toList();
		List<Event<PaymentInstruction>> sent = new ArrayList<>();
		for (int step = 0; step < 4; step++) {
			for (String order : orders) {
				PaymentType type = (step == 0) ? PaymentType.CHARGE : PaymentType.REFUND;
				sent.add(payment(order, type, List.of("10.00", "4.00", "6.00", "0.01").get(step), cardOf(order)));
			}
		}
		this.gateway.next(new Fault.LosesAnswer(), new Fault.Status(500, ""), new Fault.LosesAnswer(),
				new Fault.LosesAnswer(), new Fault.Status(429, ""), new Fault.LosesAnswer());
		publish(sent);
		publish(sent);
		eventually()
			.untilAsserted(() -> assertThat(orders).allSatisfy((order) -> assertThat(results(order)).hasSize(4)));
		assertThat(orders).allSatisfy((order) -> assertThat(results(order)).containsExactly("payment.authorized 10.00",
				"payment.refunded 4.00", "payment.refunded 6.00", "payment.declined 0.01"));
		assertThat(this.gateway.booked("/authorizations").subtract(chargedBefore)).isEqualByComparingTo("600.00");
		assertThat(this.gateway.booked("/refunds")).isEqualByComparingTo("600.00");
	}

	@Test
	@Order(3)
	void chargesOfACardAreCountedOverItsOrders() {
		List<String> orders = IntStream.range(0, 25).mapToObj((i) -> "fast-" + i).toList();
		publish(orders.stream()
			.map((order) -> payment(order, PaymentType.CHARGE, "1.00", "5555555555554444"))
			.toList());
		eventually().untilAsserted(
				() -> assertThat(orders.stream().mapToInt((order) -> results(order).size()).sum()).isEqualTo(25));
		assertThat(RESULTS.values().stream().filter((event) -> orders.contains(event.key())))
			.extracting((event) -> Objects.toString(event.data().rule(), "none"))
			.containsOnly("none", "card_velocity")
			.filteredOn("card_velocity"::equals)
			.hasSize(5);
	}

	@Test
	@Order(4)
	void manyChargesWaitForTheGatewaySideBySide() {
		this.gateway.pause(250);
		List<String> orders = IntStream.range(0, 60).mapToObj((i) -> "slow-" + i).toList();
		publish(orders.stream().map((order) -> payment(order, PaymentType.CHARGE, "1.00", cardOf(order))).toList());
		eventually()
			.untilAsserted(() -> assertThat(orders).allSatisfy((order) -> assertThat(results(order)).hasSize(1)));
		this.gateway.pause(0);
		assertThat(this.gateway.mostAtOnce()).isGreaterThan(20);
	}

	@Test
	@Order(5)
	void whileTheGatewayIsAwayPaymentsWaitAndHealthSaysSo() {
		this.gateway.down(true);
		List<String> orders = IntStream.range(0, 20).mapToObj((i) -> "waits-" + i).toList();
		publish(orders.stream().map((order) -> payment(order, PaymentType.CHARGE, "1.00", cardOf(order))).toList());
		eventually().untilAsserted(() -> assertThat(gatewayHealth()).isEqualTo(Status.DOWN));
		assertThat(orders).allSatisfy((order) -> assertThat(results(order)).isEmpty());
		this.gateway.down(false);
		eventually().untilAsserted(() -> assertThat(orders)
			.allSatisfy((order) -> assertThat(results(order)).containsExactly("payment.authorized 1.00")));
		assertThat(gatewayHealth()).isEqualTo(Status.UP);
	}

	private Status gatewayHealth() {
		HealthIndicator indicator = this.service.getBean("paymentGatewayHealthIndicator", HealthIndicator.class);
		return requireNonNull(indicator.health()).getStatus();
	}

	private static List<String> results(String order) {
		return RESULTS.values()
			.stream()
			.filter((event) -> order.equals(event.key()))
			.map((event) -> event.type() + " " + event.data().amount().value())
			.toList();
	}

	private void publish(List<Event<PaymentInstruction>> events) {
		EventPublisher publisher = this.service.getBean(EventPublisher.class);
		CompletableFuture.allOf(
				events.stream().map((event) -> publisher.publish("payments", event)).toArray(CompletableFuture[]::new))
			.join();
	}

	private Event<PaymentInstruction> payment(String order, PaymentType type, String amount, String card) {
		String token = this.service.getBean(CardTokenizer.class).tokenize(card).text();
		PaymentInstruction payment = new PaymentInstruction(order, type, new Money(amount, "GBP"),
				new PaymentInstruction.Customer("customer-" + order, null, null),
				new PaymentInstruction.Card(token, "4242", "visa", "2039-12"));
		return Event.of(type.eventType(), order, payment).withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true");
	}

	/** A valid number for each text. */
	private String cardOf(String text) {
		CardTokenizer tokenizer = this.service.getBean(CardTokenizer.class);
		String begin = String.format("4%014d", Math.floorMod(text.hashCode(), 1_000_000_000));
		return IntStream.range(0, 10)
			.mapToObj((digit) -> begin + digit)
			.filter((number) -> tokenizer.tokenize(number).luhnValid())
			.findFirst()
			.orElseThrow();
	}

	private static ConditionFactory eventually() {
		return Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(50));
	}

	/** Reads what the service tells. */
	@TestConfiguration(proxyBeanMethods = false)
	static class Results {

		@Bean
		ProcessorDefinition results() {
			return ProcessorDefinition.named("results")
				.on("payments.processed", PaymentResult.class, (event, context) -> RESULTS.put(context.origin(), event))
				.build();
		}

	}

}
