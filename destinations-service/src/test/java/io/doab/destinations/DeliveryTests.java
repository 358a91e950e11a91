package io.doab.destinations;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import io.doab.stream.Event;
import io.doab.stream.test.ProcessorTestDriver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How events come to a destination that takes some, refuses some, or is away.
 */
class DeliveryTests {

	private static final String STREAM = "a.processed";

	private final Recorder destination = new Recorder();

	private final ProcessorTestDriver driver = ProcessorTestDriver
		.of(new Routing()
			.destinationProcessors(new RoutingTable(
					new RoutingProperties(Map.of(STREAM, List.of("recorder")), Set.of()), List.of(this.destination)))
			.getFirst())
		.build();

	@AfterEach
	void close() {
		this.driver.close();
	}

	@Test
	void whatIsThereTogetherIsDeliveredTogetherInOrder() {
		publish(7);
		assertThat(this.destination.batches).containsExactly(List.of(0, 1, 2), List.of(3, 4, 5), List.of(6));
	}

	@Test
	void whileTheDestinationIsAwayEventsWaitForItHoweverLong() {
		this.destination.away = true;
		publish(4);
		this.driver.advance(Duration.ofDays(1));
		assertThat(this.destination.batches).isEmpty();
		assertThat(this.driver.lag(STREAM)).isEqualTo(4);
		this.destination.away = false;
		this.driver.advance(Duration.ofMinutes(1));
		assertThat(this.destination.batches).containsExactly(List.of(0, 1, 2), List.of(3));
		assertThat(this.driver.deadLetters(STREAM)).isEmpty();
	}

	@Test
	void ofABatchThatIsRefusedAllArriveButTheEventThatCannot() {
		this.destination.refused.add(1);
		publish(4);
		this.driver.advance(Duration.ofHours(1));
		assertThat(this.destination.batches.stream().flatMap(List::stream)).containsExactly(0, 2, 3);
		assertThat(this.driver.deadLetters(STREAM)).hasSize(1);
		assertThat(this.driver.lag(STREAM)).isZero();
	}

	@Test
	void aDeliveryWhoseCommitWasLostIsMadeAgain() {
		this.driver.loseNextCommit();
		publish(2);
		assertThat(this.destination.batches).containsExactly(List.of(0, 1), List.of(0, 1));
	}

	private void publish(int events) {
		this.driver.publish(STREAM,
				IntStream.range(0, events).mapToObj((number) -> Event.of("result", "key" + number, number)).toList());
	}

	private static final class Recorder implements BatchDestination {

		private final List<List<Integer>> batches = new ArrayList<>();

		private final Set<Integer> refused = new HashSet<>();

		private boolean away;

		@Override
		public String name() {
			return "recorder";
		}

		@Override
		public void deliver(String stream, List<Event<JsonNode>> events) {
			List<Integer> numbers = events.stream().map((event) -> event.data().asInt()).toList();
			if (this.away || numbers.stream().anyMatch(this.refused::contains)) {
				throw new IllegalStateException(this.away ? "away" : "refused");
			}
			this.batches.add(numbers);
		}

		@Override
		public boolean isOutage(Exception failure) {
			return "away".equals(failure.getMessage());
		}

		@Override
		public int maxBatch() {
			return 3;
		}

	}

}
