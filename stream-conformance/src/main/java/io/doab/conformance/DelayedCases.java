package io.doab.conformance;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.Event;
import io.doab.stream.StreamDefinition;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.StreamRecord;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What is published for later.
 */
public interface DelayedCases extends BackendCases {

	private Application application(String stream, Network network) {
		return new Application(fixture(), network, List.of(StreamDefinition.of(stream).withDelayed()));
	}

	@Test
	@Asserts(Guarantee.DELAYED)
	default void whatIsPublishedForLaterComesInTheOrderOfItsTimesAndNotBefore() {
		BackendCases.inTime(Duration.ofSeconds(6), this::comeInTheOrderOfTheirTimes);
	}

	private boolean comeInTheOrderOfTheirTimes(Duration delay) {
		String stream = unique("later");
		List<Integer> numbers = new ArrayList<>(IntStream.range(0, 50).boxed().toList());
		Collections.shuffle(numbers, new Random(5));
		try (Application app = application(stream, Network.ONE).startMovers()) {
			app.delayedPublisher().publish(stream, Item.event("first", 0), Instant.now()).join();
			BackendCases.eventually().until(() -> !read(stream).isEmpty());
			// What is overdue when it is read comes in the order of publishing.
			Instant begin = Instant.now().plus(delay);
			List<CompletableFuture<?>> stored = new ArrayList<>();
			for (int number : numbers) {
				for (int key = 0; key < 4; key++) {
					stored.add(app.delayedPublisher()
						.publish(stream, Item.event("key" + key, number), begin.plusMillis(20L * number)));
				}
			}
			// Of one time: as they were published.
			for (int number = 50; number < 100; number++) {
				stored.add(
						app.delayedPublisher().publish(stream, Item.event("key0", number), begin.plusMillis(20L * 50)));
			}
			CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).join();
			List<StreamRecord> early = read(stream);
			if (Instant.now().isAfter(begin)) {
				return false;
			}
			assertThat(early).hasSize(1);
			BackendCases.eventually().pollInterval(Duration.ofMillis(10)).until(() -> read(stream).size() > 1);
			assertThat(Instant.now()).isAfterOrEqualTo(begin);
			assertEachOnceInOrder(stream, 251, 5);
		}
		return true;
	}

	@Test
	default void whatIsPublishedForLaterIsTheSameEvent() {
		String stream = unique("same");
		try (Application app = application(stream, Network.ONE).startMovers()) {
			Event<?> event = Item.event("k\u00e4y", 1).withHeader("traceparent", "00-1-2-01");
			app.publisher().publish(stream, event).join();
			app.delayedPublisher().publish(stream, event, Instant.now().plusMillis(300)).join();
			app.delayedPublisher()
				.publish(stream, Event.of("bytes", null, new byte[] { 1, 0, -1 }).withId("keyless"), Instant.EPOCH)
				.join();
			BackendCases.eventually().untilAsserted(() -> assertThat(read(stream)).hasSize(3));
			List<StreamRecord> twice = read(stream).stream().filter((record) -> record.event().key() != null).toList();
			assertThat(twice).hasSize(2);
			assertThat(twice.getLast().event().attributes()).isEqualTo(twice.getFirst().event().attributes());
			assertThat(twice.getLast().event().key()).isEqualTo(event.key());
			assertThat(twice.getLast().event().data()).isEqualTo(twice.getFirst().event().data());
			assertThat(read(stream)).filteredOn((record) -> record.event().key() == null)
				.singleElement()
				.satisfies((record) -> {
					assertThat(record.event().attributes()).containsEntry("id", "keyless")
						.containsEntry("type", "bytes");
					assertThat(record.event().data()).containsExactly(1, 0, -1);
				});
		}
	}

	@Test
	@Asserts(Guarantee.DELAYED)
	@SuppressWarnings("try")
	default void whatIsPublishedForLaterComesOnceThoughItsMoverIsCutOff() {
		String stream = unique("moved");
		Instant due = Instant.now().plusSeconds(1);
		try (Application next = application(stream, Network.ONE);
				Application first = application(stream, Network.OTHER)) {
			first.startMovers();
			List<CompletableFuture<?>> stored = new ArrayList<>();
			IntStream.range(0, 400)
				.forEach((i) -> stored.add(next.delayedPublisher()
					.publish(stream, Item.event("key" + i % 10, i / 10), due.plusMillis(i))));
			CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).join();
			BackendCases.eventually().pollInterval(Duration.ofMillis(5)).until(() -> !read(stream).isEmpty());
			fixture().faults(Network.OTHER).refuse();
			next.startMovers();
			assertEachOnceInOrder(stream, 400, 10);
		}
		finally {
			fixture().faults(Network.OTHER).restore();
		}
	}

	@Test
	default void whatCannotBePublishedForLaterIsRefused() {
		String stream = unique("refused");
		try (Application app = application(stream, Network.ONE)) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> app.delayedPublisher().publish("other", Item.event("key", 0), Instant.now()))
				.withMessageContaining("doab.streams[other].delayed");
			int largest = app.backend().capabilities().maxEventBytes();
			assertThat(app.delayedPublisher()
				.publish(stream, Event.of("large", "key", new byte[largest - 300]), Instant.now()))
				.failsWithin(Duration.ofSeconds(1))
				.withThrowableThat()
				.withCauseInstanceOf(InvalidEventException.class);
		}
	}

}
