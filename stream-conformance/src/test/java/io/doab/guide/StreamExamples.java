package io.doab.guide;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.stream.Event;
import io.doab.stream.EventPublisher;
import io.doab.stream.Partitioner;
import io.doab.stream.Published;
import io.doab.stream.RetentionLimits;
import io.doab.stream.StreamAdmin;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamDescription;
import io.doab.stream.error.UnconfirmedException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Making streams, and adding to them.
 */
interface StreamExamples extends GuideApplication {

	@Test
	default void createAStream() {
		StreamAdmin admin = app().admin();
		// guide: Create a stream
		admin.create(StreamDefinition.of("tickets").withPartitions(6));
		StreamDescription tickets = admin.describe("tickets");
		// end
		assertThat(tickets.partitions()).hasSize(6);
		assertThat(tickets.events()).isZero();
	}

	@Test
	default void addEvents() {
		EventPublisher publisher = app().publisher();
		// guide: Add events
		Published first = publisher.publish("email", Event.of("email.due", "anna", new Email("my first email"))).join();
		publisher.publish("email", Event.of("email.due", "anna", new Email("my second email"))).join();
		publisher.publish("email", Event.of("email.due", "anna", new Email("my third email"))).join();
		// end
		int partition = first.partition().partition();
		assertThat(fixture().read("email", partition)).hasSize(3);
		assertThat(fixture().read("email", partition).getFirst().position()).isEqualTo(first.position());
	}

	@Test
	default void partitionsInTurn() {
		EventPublisher publisher = app().publisher();
		// guide: Partitions in turn
		Set<Integer> partitions = new TreeSet<>();
		for (String subject : List.of("one", "two", "three")) {
			Event<Email> withoutKey = Event.of("email.due", null, new Email(subject));
			partitions.add(publisher.publish("newsletter", withoutKey).join().partition().partition());
		}
		// end
		assertThat(partitions).containsExactly(0, 1, 2);
	}

	@Test
	default void partitionsByKey() {
		EventPublisher publisher = app().publisher();
		// guide: Partitions by key
		int expected = Partitioner.partition("order1234", 3); // 2, as Kafka's own clients
																// say
		Published published = publisher
			.publish("orders", Event.of("order.changed", "order1234", new Order("order1234", "payment received")))
			.join();
		// end
		assertThat(expected).isEqualTo(2);
		assertThat(published.partition().partition()).isEqualTo(expected);
	}

	@Test
	default void acknowledgementToTheProducer() {
		EventPublisher publisher = app().publisher();
		// guide: Acknowledgement to the producer
		Event<Email> important = Event.of("email.due", "anna", new Email("important"));
		CompletableFuture<String> outcome = publisher.publish("notices", important)
			.handle((published, failure) -> switch (failure) {
				case null -> "stored at " + published.position();
				case UnconfirmedException unconfirmed -> unconfirmed.known() + ": to publish it again is right";
				default -> "refused: " + failure.getMessage();
			});
		// end
		String told = outcome.join();
		int partition = Partitioner.partition("anna", 3);
		assertThat(fixture().read("notices", partition)).singleElement()
			.satisfies((record) -> assertThat(told).isEqualTo("stored at " + record.position()));
	}

	@Test
	default void retention() {
		try (Application app = new Application(fixture().newTrimmingBackend(Duration.ofMillis(200)), 3)) {
			StreamAdmin admin = app.admin();
			// guide: Retention
			// A hundred events of each partition.
			RetentionLimits atMost = new RetentionLimits(100, 0, false);
			admin.create(StreamDefinition.of("sent").withRetention(Duration.ofDays(7), atMost));
			// end
			for (int number = 0; number < 300; number++) {
				app.publisher().publish("sent", Event.of("email.due", "anna", new Email("no. " + number))).join();
			}
			int partition = Partitioner.partition("anna", 3);
			BackendCases.eventually().untilAsserted(() -> assertThat(fixture().read("sent", partition)).hasSize(100));
		}
	}

}
