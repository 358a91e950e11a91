package io.doab.destinations.database;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.doab.destinations.DestinationsRun;
import io.doab.stream.DeadLetterQueue;
import io.doab.stream.Event;

import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The service over a database that goes away under load, and comes back.
 */
class DatabaseOutageTests {

	private static final int EVENTS = 8_000;

	@Test
	void eachRowIsThereOnceAfterTheDatabaseWasAwayAndOnlyWhatItRefusesIsNot() {
		try (DestinationsRun run = new DestinationsRun()) {
			ConfigurableApplicationContext service = run.start(Map
				.of("doab.processors[destination-database].retry.max-delay", "200ms", "destinations.off", "mail,crm"));
			DestinationsRun.publish(service, "web-events.processed", Results.webRequests(0, EVENTS));
			DestinationsRun.publish(service, "web-events.processed",
					List.of(Event.of("web.request", "k", Map.of("status", "poison")).withId("poison")));
			await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5)).until(() -> stored(service) > 0);
			run.postgres().kill();
			DestinationsRun.publish(service, "web-events.processed", Results.webRequests(EVENTS, EVENTS + 1_000));
			run.postgres().start();
			await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> stored(service) == EVENTS + 1_000);
			DeadLetterQueue letters = service.getBean(DeadLetterQueue.class);
			await().atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(IntStream.range(0, 3)
					.mapToObj((partition) -> letters.list("web-events.processed", partition, null, 10))
					.flatMap(List::stream)).singleElement()
					.satisfies((letter) -> assertThat(letter.event().id()).isEqualTo("poison")));
		}
	}

	private static long stored(ConfigurableApplicationContext service) {
		return DestinationsRun.count(service, "SELECT count(*) FROM web_events");
	}

}
