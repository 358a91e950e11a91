package io.doab.guide;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.stream.BroadcastDefinition;
import io.doab.stream.Event;
import io.doab.stream.EventCursor;
import io.doab.stream.EventPublisher;
import io.doab.stream.Published;
import io.doab.stream.StoredEvent;
import io.doab.stream.StreamPoint;
import io.doab.stream.StreamRange;
import io.doab.stream.StreamReader;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reading without a group.
 */
interface ReadingExamples extends GuideApplication {

	@Test
	default void readFromTheBeginning() {
		StreamReader reader = app().reader();
		publishThree("inbox");
		// guide: Read from the beginning
		List<String> subjects = new ArrayList<>();
		try (EventCursor<Email> inbox = reader.range(StreamRange.of("inbox"), Email.class)) {
			inbox.forEachRemaining((stored) -> subjects.add(stored.event().data().subject()));
		}
		// end
		assertThat(subjects).containsExactly("my first email", "my second email", "my third email");
	}

	@Test
	default void readFromNowOn() {
		StreamReader reader = app().reader();
		EventPublisher publisher = app().publisher();
		publishThree("alerts");
		// guide: Read from now on
		StoredEvent<Email> next;
		try (EventCursor<Email> alerts = reader.tail("alerts", StreamPoint.now(), Email.class)) {
			publisher.publish("alerts", Event.of("email.due", "anna", new Email("my fourth email"))).join();
			next = alerts.next(); // waits for it
		}
		// end
		assertThat(next.event().data().subject()).isEqualTo("my fourth email");
	}

	@Test
	default void readFromAnIdOn() {
		StreamReader reader = app().reader();
		Published second = publishThree("archive").get(1);
		// guide: Read from an id on
		StoredEvent<Email> found;
		try (EventCursor<Email> archive = reader.tail(second.partition(), StreamPoint.at(second.at()), Email.class)) {
			found = archive.next(); // that event itself, and all that follow
		}
		// end
		assertThat(found.event().data().subject()).isEqualTo("my second email");
	}

	@Test
	default void aRangeByTime() {
		StreamReader reader = app().reader();
		publishThree("journal");
		Instant first;
		Instant last;
		try (EventCursor<Email> journal = reader.range(StreamRange.of("journal"), Email.class)) {
			first = journal.next().storedAt();
			last = first.plusSeconds(60);
		}
		// guide: A range by time
		StreamRange range = StreamRange.of("journal").from(StreamPoint.at(first)).to(StreamPoint.excluding(last));
		List<StoredEvent<Email>> found;
		try (Stream<StoredEvent<Email>> journal = reader.range(range, Email.class).stream()) {
			found = journal.toList();
		}
		// end
		assertThat(found).hasSize(3);
	}

	@Test
	default void aRangeWithACount() {
		StreamReader reader = app().reader();
		publishThree("history");
		// guide: A range with a count
		StreamRange first = StreamRange.of("history").limit(1);
		StreamRange last = StreamRange.of("history").backwards().limit(1);
		// end
		assertThat(subjects(reader, first)).containsExactly("my first email");
		assertThat(subjects(reader, last)).containsExactly("my third email");
	}

	@Test
	default void goOnAfterAnId() {
		StreamReader reader = app().reader();
		Published first = publishThree("backlog").getFirst();
		// guide: Go on after an id
		StreamRange next = StreamRange.of("backlog")
			.partition(first.partition().partition())
			.from(StreamPoint.excluding(first.at()))
			.limit(2);
		// end
		assertThat(subjects(reader, next)).containsExactly("my second email", "my third email");
	}

	@Test
	default void fanOut() {
		List<Email> seen = new CopyOnWriteArrayList<>();
		Consumer<Email> screen = seen::add;
		publishThree("chat");
		// guide: Fan-out
		BroadcastDefinition chat = BroadcastDefinition.named("chat-screens")
			.on("chat", Email.class, (stored) -> screen.accept(stored.event().data()))
			.from(StreamPoint.beginning())
			.build();
		// end
		try (Application other = new Application(fixture())) {
			app().broadcast(chat);
			other.broadcast(chat);
			BackendCases.eventually().untilAsserted(() -> assertThat(seen).hasSize(6));
		}
	}

	private List<Published> publishThree(String stream) {
		return Stream.of("my first email", "my second email", "my third email")
			.map((subject) -> app().publisher()
				.publish(stream, Event.of("email.due", "anna", new Email(subject)))
				.join())
			.toList();
	}

	private static List<String> subjects(StreamReader reader, StreamRange range) {
		try (Stream<StoredEvent<Email>> events = reader.range(range, Email.class).stream()) {
			return events.map((stored) -> stored.event().data().subject()).toList();
		}
	}

}
