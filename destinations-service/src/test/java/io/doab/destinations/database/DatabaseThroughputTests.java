package io.doab.destinations.database;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

import io.doab.destinations.DestinationsRun;
import io.doab.stream.Event;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How many rows a second the database gets from a backlog, everything on one machine.
 */
@Tag("soak")
class DatabaseThroughputTests {

	private static final int EVENTS = Integer.getInteger("doab.soak.rows", 200_000);

	@Test
	void aBacklogOfWebRequestsIsStored() {
		measure("web-events.processed", "web_events", Results::webRequests);
	}

	@Test
	void aBacklogOfPaymentsIsStored() {
		measure("payments.processed", "payments", Results::payments);
	}

	private static void measure(String stream, String table,
			BiFunction<Integer, Integer, List<Event<Map<String, ?>>>> events) {
		try (DestinationsRun run = new DestinationsRun()) {
			ConfigurableApplicationContext publisher = run.start(Map.of("destinations.off", "database"));
			for (int from = 0; from < EVENTS; from += 5_000) {
				DestinationsRun.publish(publisher, stream, events.apply(from, Math.min(EVENTS, from + 5_000)));
			}
			String count = "SELECT count(*) FROM " + table;
			assertThat(DestinationsRun.count(publisher, count)).isZero();
			ConfigurableApplicationContext instance = run.start(Map.of());
			long started = System.nanoTime();
			long before = DestinationsRun.count(instance, count);
			await().atMost(Duration.ofMinutes(2))
				.pollInterval(Duration.ofMillis(100))
				.until(() -> DestinationsRun.count(instance, count) == EVENTS);
			double seconds = (System.nanoTime() - started) / 1e9;
			double rate = (EVENTS - before) / seconds;
			System.out.printf("%s: %,d rows in %.1f s, %,.0f rows/s%n", table, EVENTS - before, seconds, rate);
			assertThat(rate).isGreaterThan(20_000);
		}
	}

}
