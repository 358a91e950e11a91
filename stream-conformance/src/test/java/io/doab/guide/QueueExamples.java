package io.doab.guide;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.doab.conformance.BackendCases;
import io.doab.stream.Event;
import io.doab.stream.QueueDefinition;
import io.doab.stream.QueueOutcome;
import io.doab.stream.StreamDefinition;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Consumers that compete for single events.
 */
interface QueueExamples extends GuideApplication {

	@Test
	default void aQueueAndWhatIsPending() {
		List<Email> done = new CopyOnWriteArrayList<>();
		Consumer<Email> thumbnails = done::add;
		// guide: A queue, and what is pending
		QueueDefinition queue = QueueDefinition.named("thumbnails").on("images", Email.class, (event, context) -> {
			thumbnails.accept(event.data());
			return QueueOutcome.acknowledge();
		}).concurrency(8).build();
		// end
		publish("images", 3);
		app().start(queue);
		BackendCases.eventually()
			.untilAsserted(
					() -> assertThat(done).as(() -> app().queueStatus("thumbnails") + ", lag " + app().lag(queue))
						.hasSize(3));
		BackendCases.eventually().untilAsserted(() -> assertThat(app().lag(queue)).isZero());
	}

	@Test
	default void acknowledge() {
		List<Integer> deliveries = new CopyOnWriteArrayList<>();
		// guide: Acknowledge
		QueueDefinition queue = QueueDefinition.named("scans").on("scanned", Email.class, (event, context) -> {
			if (event.data().subject().isBlank()) {
				return QueueOutcome.reject("nothing to be seen"); // to the dead letters
			}
			deliveries.add(context.deliveryCount());
			return (context.deliveryCount() < 2) ? QueueOutcome.release(Duration.ofMillis(100)) // again,
																								// later
					: QueueOutcome.acknowledge(); // done
		}).build();
		// end
		app().publisher().publish("scanned", Event.of("email.due", null, new Email(" "))).join();
		app().publisher().publish("scanned", Event.of("email.due", null, new Email("1.png"))).join();
		app().start(queue);
		BackendCases.eventually().untilAsserted(() -> assertThat(deliveries).containsExactly(1, 2));
		BackendCases.eventually()
			.untilAsserted(() -> assertThat(IntStream.range(0, 3)
				.mapToObj((partition) -> fixture().read(StreamDefinition.deadLetterOf("scanned"), partition))
				.flatMap(List::stream)).hasSize(1));
	}

	@Test
	default void claimFromTheDead() {
		List<Email> done = new CopyOnWriteArrayList<>();
		Consumer<Email> thumbnails = done::add;
		// guide: Claim from the dead
		QueueDefinition queue = QueueDefinition.named("renditions").on("renders", Email.class, (event, context) -> {
			thumbnails.accept(event.data());
			return QueueOutcome.acknowledge();
		}).visibilityTime(Duration.ofSeconds(15)).deliveryLimit(5).build();
		// end
		publish("renders", 1);
		app().start(queue);
		BackendCases.eventually().untilAsserted(() -> assertThat(done).hasSize(1));
		assertThat(queue.settings().deliveryLimit()).isEqualTo(5);
	}

	private void publish(String stream, int count) {
		for (int i = 1; i <= count; i++) {
			app().publisher().publish(stream, Event.of("email.due", null, new Email(i + ".png"))).join();
		}
	}

}
