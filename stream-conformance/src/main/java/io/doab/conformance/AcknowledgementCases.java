package io.doab.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Ability;
import io.doab.conformance.BackendFixture.Faults;
import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.Acknowledgement;
import io.doab.stream.Event;
import io.doab.stream.Position;
import io.doab.stream.Published;
import io.doab.stream.PublisherSettings;
import io.doab.stream.engine.BackendPublisher;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.UnconfirmedException;
import io.doab.stream.error.UnconfirmedException.Known;
import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.StreamRecord;

import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a publisher is told, and what it may believe.
 */
public interface AcknowledgementCases extends BackendCases {

	/** Not tried again: what is told is what became of the one attempt. */
	PublisherSettings ONCE = PublisherSettings.defaults().withIdempotent(false).withTimeout(Duration.ofSeconds(3));

	@Test
	default void whatIsAcknowledgedIsStoredAndOfWhatIsNotNoPositionIsTold() {
		try (Application app = new Application(fixture())) {
			for (boolean idempotent : List.of(true, false)) {
				String stream = unique("acknowledged");
				PublisherSettings settings = ONCE.withTimeout(Duration.ofSeconds(10))
					.withIdempotent(idempotent)
					.withAcknowledgement(stream, Acknowledgement.NONE);
				try (BackendPublisher publisher = app.publisher(settings)) {
					String other = unique("acknowledged");
					assertThat(publishAll(publisher, stream, Item.events(200, 10)))
						.allSatisfy((published) -> assertThat(published.position()).isNull());
					List<Event<Item>> events = Item.events(200, 10);
					List<Published> stored = publishAll(publisher, other, events);
					assertThat(stored).doesNotHaveDuplicates()
						.allSatisfy((published) -> assertThat(published.position()).isNotNull());
					assertEachOnceInOrder(other, 200, 10);
					Map<String, Position> told = IntStream.range(0, 200)
						.boxed()
						.collect(Collectors.toMap((i) -> events.get(i).id(), (i) -> stored.get(i).at()));
					assertThat(read(other).stream()
						.collect(Collectors.toMap((record) -> record.event().attributes().get("id"),
								StreamRecord::position)))
						.isEqualTo(told);
					assertEachOnceInOrder(stream, 200, 10);
				}
			}
		}
	}

	/** A backend may send once what those have in common that go together. */
	@Test
	default void eventsThatArePublishedTogetherAreStoredAsTheyAreHoweverDifferent() {
		String stream = unique("shapes");
		try (Application app = new Application(fixture());
				BackendPublisher publisher = app.publisher(PublisherSettings.defaults())) {
			List<Event<byte[]>> events = new ArrayList<>();
			for (int number = 0; number < 300; number++) {
				Event<byte[]> event = Event.of("type" + number % 4 / 3, "key", ("data" + number % 5).getBytes(UTF_8))
					.withId("id" + number);
				for (int header = 0; header < number % 3; header++) {
					event = event.withHeader("h" + (number % 7 + header), "value" + number % 2);
				}
				events.add(event);
			}
			List<CompletableFuture<Published>> answers = events.stream()
				.map((event) -> publisher.publish(stream, event))
				.toList();
			answers.forEach((answer) -> assertThat(answer).succeedsWithin(Duration.ofSeconds(10)));

			List<StreamRecord> stored = read(stream);
			assertThat(stored).extracting(AcknowledgementCases::content)
				.containsExactlyElementsOf(events.stream().map(AcknowledgementCases::content).toList());
			assertThat(stored).extracting(StreamRecord::position)
				.containsExactlyElementsOf(answers.stream().map((answer) -> answer.join().at()).toList());
		}
	}

	private static String content(Event<byte[]> event) {
		return event.id() + " " + event.type() + " " + new TreeMap<>(event.headers()) + " "
				+ new String(event.data(), UTF_8);
	}

	private static String content(StreamRecord record) {
		Map<String, String> headers = new TreeMap<>(record.event().attributes());
		List.of("id", "type", "source", "time", "specversion").forEach(headers::remove);
		return record.event().attributes().get("id") + " " + record.event().attributes().get("type") + " " + headers
				+ " " + new String(record.event().data(), UTF_8);
	}

	@Test
	default void aPublisherIsToldWhatIsKnownOfAnEvent() {
		String stream = unique("known");
		Faults faults = fixture().faults(Network.OTHER);
		try (Application app = new Application(fixture(), Network.OTHER);
				BackendPublisher publisher = app.publisher(ONCE);
				BackendPublisher idempotent = app.publisher(ONCE.withIdempotent(true));
				BackendPublisher careless = app.publisher(ONCE.withAcknowledgement(Acknowledgement.NONE))) {
			app.declare(stream);
			List.of(publisher, idempotent, careless).forEach((each) -> connect(each, stream));
			publishAll(publisher, stream, List.of(Item.event("key", 0)));
			publishAll(careless, stream, List.of(Item.event("key", 1)));
			faults.swallowReplies();
			assertThat(careless.publish(stream, Item.event("key", 2))).succeedsWithin(Duration.ofSeconds(5));
			assertThat(failure(publisher.publish(stream, Item.event("key", 3)))).isEqualTo(Known.MAYBE_STORED);
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(items(stream)).filteredOn((item) -> item.key().equals("key"))
					.extracting(Item::number)
					.containsExactlyInAnyOrder(0, 1, 2, 3));
			faults.refuse();
			int lost = publishUntilNotStored(publisher, stream, 4);
			int alsoLost = publishUntilNotStored(idempotent, stream, lost + 1);
			faults.restore();
			// Whoever is told so publishes it again: it must not come after all.
			BackendCases.pass(Duration.ofSeconds(2));
			assertThat(items(stream)).filteredOn((item) -> item.key().equals("lost"))
				.extracting(Item::number)
				.doesNotContain(lost, alsoLost);
		}
		finally {
			faults.restore();
		}
	}

	/** It gives an event little time, and the first one has to be connected for. */
	private static void connect(BackendPublisher publisher, String stream) {
		BackendCases.eventually()
			.until(() -> publisher.publish(stream, Item.event("first", 0))
				.handle((published, failure) -> failure == null)
				.join());
	}

	/**
	 * The first may find the connection half way down. Returns the number of the one that
	 * was told not to be stored.
	 */
	private static int publishUntilNotStored(BackendPublisher publisher, String stream, int first) {
		AtomicInteger number = new AtomicInteger(first - 1);
		BackendCases.eventually()
			.until(() -> failure(
					publisher.publish(stream, Item.event("lost", number.incrementAndGet()))) == Known.NOT_STORED);
		return number.get();
	}

	/** Of which the connection is cut and whose answers are lost, again and again. */
	@Test
	@Asserts(Guarantee.PUBLISHED_ONCE)
	default void anIdempotentPublisherStoresEachEventOnceAndInOrder() {
		String stream = unique("idempotent");
		Faults faults = fixture().faults(Network.OTHER);
		try (Application app = new Application(fixture(), Network.OTHER);
				BackendPublisher publisher = app
					.publisher(PublisherSettings.defaults().withTimeout(Duration.ofSeconds(30)))) {
			app.publish(stream, Item.events(10, 10));
			List<CompletableFuture<Published>> answers = new ArrayList<>();
			for (int round = 1; round <= 4; round++) {
				int last = 25 * round;
				faults.swallowReplies();
				// Who publishes may have to wait for an answer itself.
				CompletableFuture<Void> publishing = BackendCases.inBackground(() -> {
					for (int number = last - 24; number <= last; number++) {
						for (int key = 0; key < 10; key++) {
							answers.add(publisher.publish(stream, Item.event("key" + key, number)));
						}
					}
				});
				BackendCases.pass(Duration.ofMillis(150));
				faults.restore();
				assertThat(publishing).succeedsWithin(Duration.ofSeconds(30));
				BackendCases.pass(Duration.ofMillis(50));
				faults.cut();
			}
			answers.forEach((answer) -> assertThat(answer).succeedsWithin(Duration.ofSeconds(30)));
			assertEachOnceInOrder(stream, 1_010, 10);
		}
		finally {
			faults.restore();
		}
	}

	@Test
	@Asserts(Guarantee.REPLICATED)
	default void whatReplicasAcknowledgedOutlivesTheLeader() {
		PublisherSettings all = ONCE.withAcknowledgement(Acknowledgement.ALL).withTimeout(Duration.ofSeconds(3));
		if (!fixture().abilities().contains(Ability.FAIL_OVER)) {
			assertThatThrownBy(() -> fixture().newStandby()).isInstanceOf(UnsupportedOperationException.class);
			return;
		}
		String stream = unique("replicated");
		try (Application app = new Application(fixture(), Network.OTHER)) {
			app.declare(stream);
			try (BackendPublisher publisher = app.publisher(all)) {
				assertThatExceptionOfType(FatalStreamException.class).isThrownBy(publisher::verify)
					.withMessageContaining("waits for 1 replica")
					.withMessageContaining("doab.publisher.acknowledgement");
			}
			BackendFixture.Standby standby = fixture().newStandby();
			standby.awaitInStep();
			try (BackendPublisher publisher = app.publisher(all);
					BackendPublisher patient = app.publisher(all.withIdempotent(true))) {
				publisher.verify();
				publishAll(publisher, stream, items("once", 0, 50));
				publishAll(patient, stream, items("again", 0, 50));
				standby.fallBehind();
				List.of(publisher.publish(stream, Item.event("once", 50)),
						patient.publish(stream, Item.event("again", 50)))
					.forEach((answer) -> assertThat(failure(answer)).isEqualTo(Known.STORED_BY_LEADER));
			}
			standby.takeOver();
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(items(stream)).hasSize(100)
					.containsAll(IntStream.range(0, 50)
						.mapToObj((number) -> List.of(new Item("once", number), new Item("again", number)))
						.flatMap(List::stream)
						.toList()));
		}
	}

	private static List<Event<Item>> items(String key, int from, int to) {
		return IntStream.range(from, to).mapToObj((number) -> Item.event(key, number)).toList();
	}

	private static List<Published> publishAll(BackendPublisher publisher, String stream, List<Event<Item>> events) {
		List<CompletableFuture<Published>> answers = events.stream()
			.map((event) -> publisher.publish(stream, event))
			.toList();
		return answers.stream().map(CompletableFuture::join).toList();
	}

	private static Known failure(CompletableFuture<Published> answer) {
		Throwable failure = answer.handle((published, thrown) -> thrown).join();
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
		if (cause instanceof UnconfirmedException unconfirmed) {
			return unconfirmed.known();
		}
		throw new AssertionError("It was acknowledged, or failed otherwise", cause);
	}

}
