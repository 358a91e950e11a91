package io.doab.destinations;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.destinations.crm.CrmServer;
import io.doab.destinations.database.Results;
import io.doab.destinations.mail.MailServer;
import io.doab.servers.Ports;
import io.doab.stream.DeadLetterQueue;
import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.engine.StreamEngine;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The service with all its destinations, some of which are slow or away.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServiceTests {

	private static final int WEB_REQUESTS = 8_000;

	private final DestinationsRun run = new DestinationsRun();

	private final CrmServer crm = new CrmServer();

	private MailServer mail;

	private ConfigurableApplicationContext service;

	@BeforeAll
	void start(@TempDir Path folder) {
		int port = Ports.free();
		this.mail = MailServer.start(port, MailServer.certificate(folder));
		this.service = this.run.start(Map.ofEntries(Map.entry("spring.mail.host", "localhost"),
				Map.entry("spring.mail.port", port), Map.entry("spring.mail.username", MailServer.USER),
				Map.entry("spring.mail.password", MailServer.PASSWORD),
				Map.entry("spring.mail.properties.mail.smtp.auth", true),
				Map.entry("spring.mail.properties.mail.smtp.starttls.required", true),
				Map.entry("spring.mail.properties.mail.smtp.ssl.trust", "localhost"),
				Map.entry("destinations.mail.from", "shop@doab.example"), Map.entry("destinations.mail.rate", 1_000),
				Map.entry("destinations.crm.url", this.crm.url("/crm")), Map.entry("destinations.crm.token", "token"),
				Map.entry("destinations.crm.timeout", "30s"),
				Map.entry("doab.processors[destination-database].retry.max-delay", "200ms"),
				// What is no outage would be given up at once.
				Map.entry("doab.processors[destination-database].retry.max-attempts", 1)));
	}

	@AfterAll
	void stop() {
		this.run.close();
		this.crm.close();
		this.mail.close();
	}

	@Test
	void aSlowCrmKeepsOnlyItsOwnEventsWaitingAndServesManyKeysAtOnce() {
		CountDownLatch gate = new CountDownLatch(1);
		this.crm.gate = gate;
		DestinationsRun.publish(this.service, "payments.processed", Results.payments(0, 50));
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(this.crm.calls).as("calls at a time").hasSize(50));
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(this.mail.received).extracting(MailServer.Received::to).hasSize(50));
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(lags()).containsEntry("destination-crm", 50L)
				.containsEntry("destination-mail", 0L)
				.containsEntry("destination-database", 0L));
		gate.countDown();
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(lags()).containsEntry("destination-crm", 0L));
		assertThat(this.crm.keys()).doesNotHaveDuplicates().hasSize(50);
		assertThat(this.crm.calls).allSatisfy((call) -> {
			assertThat(call.path()).isEqualTo("/crm/events");
			assertThat(call.authorization()).isEqualTo("Bearer token");
			assertThat(call.body()).contains("\"eventId\":\"" + call.idempotencyKey() + "\"", "\"orderId\":\"order-");
		});
		assertThat(stored("payments")).isEqualTo(50);
	}

	/** How much of the payments each destination has not done. */
	private Map<String, Long> lags() {
		StreamEngine engine = this.service.getBean(StreamEngine.class);
		List<ProcessorDefinition> processors = this.service
			.<List<ProcessorDefinition>>getBeanProvider(
					ResolvableType.forClassWithGenerics(List.class, ProcessorDefinition.class))
			.getObject();
		return processors.stream()
			.collect(Collectors.toMap(ProcessorDefinition::name,
					(processor) -> engine.lag(processor).getOrDefault("payments.processed", -1L)));
	}

	@Test
	void eachRowIsThereOnceAfterTheDatabaseWasAwayAndOnlyWhatItRefusesIsNot() {
		String stream = "web-events.processed";
		DestinationsRun.publish(this.service, stream, Results.webRequests(0, WEB_REQUESTS));
		DestinationsRun.publish(this.service, stream,
				List.of(Event.of("web.request", "k", Map.of("status", "poison")).withId("poison")));
		await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5)).until(() -> stored("web_events") > 0);
		this.run.postgres().kill();
		DestinationsRun.publish(this.service, stream, Results.webRequests(WEB_REQUESTS, WEB_REQUESTS + 1_000));
		this.run.postgres().start();
		await().atMost(Duration.ofSeconds(30))
			.ignoreExceptions()
			.until(() -> stored("web_events") == WEB_REQUESTS + 1_000);
		DeadLetterQueue letters = this.service.getBean(DeadLetterQueue.class);
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(IntStream.range(0, 3)
				.mapToObj((partition) -> letters.list(stream, partition, null, 10))
				.flatMap(List::stream)).singleElement()
				.satisfies((letter) -> assertThat(letter.event().id()).isEqualTo("poison")));
	}

	private long stored(String table) {
		return DestinationsRun.count(this.service, "SELECT count(*) FROM " + table);
	}

}
