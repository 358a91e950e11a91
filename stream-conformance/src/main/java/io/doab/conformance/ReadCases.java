package io.doab.conformance;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.doab.conformance.BackendFixture.Faults;
import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.Event;
import io.doab.stream.EventCursor;
import io.doab.stream.Position;
import io.doab.stream.StoredEvent;
import io.doab.stream.StreamPartition;
import io.doab.stream.StreamPoint;
import io.doab.stream.StreamRange;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.Guarantee;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Reading outside of any group: ranges and tails.
 */
public interface ReadCases extends BackendCases {

	@Test
	default void aRangeIsReadByPositionInBothDirectionsWithACount() {
		String in = unique("in");
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(40, 1));
			int partition = all(app, StreamRange.of(in)).getFirst().partition().partition();
			StreamRange whole = StreamRange.of(in).partition(partition);
			List<StoredEvent<Item>> events = all(app, whole);
			assertThat(numbers(events)).isEqualTo(numbers(0, 40));
			Position tenth = events.get(10).position();
			Position twentieth = events.get(20).position();
			StreamRange closed = whole.from(StreamPoint.at(tenth)).to(StreamPoint.at(twentieth));
			StreamRange open = whole.from(StreamPoint.excluding(tenth)).to(StreamPoint.excluding(twentieth));
			assertThat(numbers(all(app, closed))).isEqualTo(numbers(10, 21));
			assertThat(numbers(all(app, open))).isEqualTo(numbers(11, 20));
			assertThat(numbers(all(app, closed.limit(3)))).containsExactly(10, 11, 12);
			assertThat(numbers(all(app, closed.backwards()))).isEqualTo(numbers(10, 21).reversed());
			assertThat(numbers(all(app, open.backwards().limit(3)))).containsExactly(19, 18, 17);
			assertThat(numbers(all(app, whole.backwards().limit(2)))).containsExactly(39, 38);
			assertThat(all(app, whole.from(StreamPoint.now()))).isEmpty();
			assertThat(all(app, whole.to(StreamPoint.beginning()).backwards())).isEmpty();
			assertThat(all(app, whole.from(StreamPoint.at(twentieth)).to(StreamPoint.at(tenth)))).isEmpty();
			assertThat(all(app, whole.limit(0))).isEmpty();
		}
	}

	@Test
	@Asserts(Guarantee.READING)
	default void aRangeIsReadByTheTimeOfStorageOverAllPartitions() {
		String in = unique("in");
		try (Application app = new Application(fixture())) {
			for (int batch = 0; batch < 3; batch++) {
				int from = batch * 20;
				app.publish(in,
						IntStream.range(from, from + 20)
							.mapToObj((i) -> Item.event("key" + i % 5, i).withTime(Instant.EPOCH))
							.toList());
				BackendCases.pass(Duration.ofMillis(5));
			}
			List<StoredEvent<Item>> events = all(app, StreamRange.of(in));
			assertThat(numbers(events)).hasSize(60).doesNotHaveDuplicates();
			assertThat(events).isSortedAccordingTo(Comparator.comparing(StoredEvent::storedAt));
			Instant first = earliest(events, 20);
			Instant last = latest(events, 40);
			StreamRange second = StreamRange.of(in).from(StreamPoint.at(first)).to(StreamPoint.at(last));
			assertThat(numbers(all(app, second))).hasSize(20)
				.allMatch((number) -> number >= 20 && number < 40)
				.isEqualTo(numbers(events).subList(20, 40));
			assertThat(all(app, second.backwards())).containsExactlyElementsOf(all(app, second).reversed());
			assertThat(all(app, second.limit(7))).isEqualTo(events.subList(20, 27));
			assertThat(all(app, second.backwards().limit(7))).isEqualTo(events.subList(33, 40).reversed());
			assertThat(all(app, StreamRange.of(in).from(StreamPoint.excluding(last))))
				.isEqualTo(events.subList(40, 60));
			assertThat(all(app, StreamRange.of(in).to(StreamPoint.excluding(first)))).isEqualTo(events.subList(0, 20));
			assertThat(all(app, StreamRange.of(in).from(StreamPoint.at(Instant.now().plusSeconds(60))))).isEmpty();
			assertThat(all(app, StreamRange.of(in).from(StreamPoint.at(Instant.MIN)).to(StreamPoint.at(Instant.MAX))))
				.isEqualTo(events);
		}
	}

	/** The pages of one partition are of many events, those of another of few bytes. */
	@Test
	@Asserts(Guarantee.READING)
	default void aRangeOfManyPagesHasEachEventOnceInBothDirections() {
		String in = unique("in");
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(3_000, 20));
			List<StoredEvent<Item>> events = all(app, StreamRange.of(in));
			assertThat(events.stream().map((stored) -> stored.event().id())).hasSize(3_000).doesNotHaveDuplicates();
			assertThat(events.stream()
				.collect(Collectors.groupingBy((stored) -> stored.event().key(),
						Collectors.mapping((stored) -> stored.event().data().number(), Collectors.toList()))))
				.hasSize(20)
				.allSatisfy((key, numbers) -> assertThat(numbers).as(key).isEqualTo(numbers(0, 150)));
			assertThat(all(app, StreamRange.of(in).backwards())).isEqualTo(events.reversed());
		}
	}

	@Test
	default void largeEventsAreReadInBothDirections() {
		String in = unique("in");
		try (Application app = new Application(fixture())) {
			List<CompletableFuture<?>> stored = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				byte[] data = new byte[(i % 3 == 0) ? 300_000 : 10];
				Arrays.fill(data, (byte) i);
				stored.add(app.publisher().publish(in, Event.of("large", "key", data).withId("e" + i)));
			}
			CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).join();
			List<String> ids = IntStream.range(0, 100).mapToObj((i) -> "e" + i).toList();
			try (EventCursor<byte[]> forwards = app.reader().range(StreamRange.of(in), byte[].class);
					EventCursor<byte[]> backwards = app.reader().range(StreamRange.of(in).backwards(), byte[].class)) {
				assertThat(forwards.stream().map((event) -> event.event().id())).isEqualTo(ids);
				assertThat(backwards.stream().map((event) -> event.event().id())).isEqualTo(ids.reversed());
			}
		}
	}

	@Test
	default void whatComesWhileARangeIsReadIsNotPartOfIt() {
		String in = unique("in");
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(30, 3));
			try (EventCursor<Item> range = app.reader().range(StreamRange.of(in), Item.class)) {
				assertThat(range.hasNext()).isTrue();
				app.publish(in, Item.events(30, 3));
				assertThat(range.stream()).hasSize(30);
				assertThat(range.hasNext()).isFalse();
			}
		}
	}

	@Test
	default void aRangeThatCannotBeReadOnGoesOnLaterWhereItWas() {
		String in = unique("in");
		Faults faults = fixture().faults(Network.OTHER);
		try (Application app = new Application(fixture());
				Application other = new Application(fixture(), Network.OTHER)) {
			app.publish(in, Item.events(1_500, 3));
			for (StreamRange range : List.of(StreamRange.of(in), StreamRange.of(in).backwards())) {
				List<StoredEvent<Item>> read = new ArrayList<>();
				try (EventCursor<Item> cursor = other.reader().range(range, Item.class)) {
					while (read.size() < 50) {
						read.add(cursor.next());
					}
					faults.cut();
					BackendCases.eventually().until(() -> drain(cursor, read));
				}
				assertThat(read).isEqualTo(all(app, range));
			}
		}
	}

	private static boolean drain(EventCursor<Item> cursor, List<StoredEvent<Item>> read) {
		try {
			cursor.forEachRemaining(read::add);
			return true;
		}
		catch (RetriableException ex) {
			return false;
		}
	}

	@Test
	default void whatWasRemovedIsPassedOver() {
		String in = unique("in");
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(20, 1));
			List<StoredEvent<Item>> events = all(app, StreamRange.of(in));
			StreamPartition partition = events.getFirst().partition();
			app.backend().remove(partition, Stream.of(0, 7, 8, 19).map((i) -> events.get(i).position()).toList());
			List<StoredEvent<Item>> rest = IntStream.range(0, 20)
				.filter((i) -> i != 0 && i != 7 && i != 8 && i != 19)
				.mapToObj(events::get)
				.toList();
			assertThat(all(app, StreamRange.of(in))).isEqualTo(rest);
			assertThat(all(app, StreamRange.of(in).backwards())).isEqualTo(rest.reversed());
			try (EventCursor<Item> tail = app.reader().tail(in, StreamPoint.beginning(), Item.class)) {
				assertThat(tail.stream().limit(16)).isEqualTo(rest);
			}
		}
	}

	/** As bytes all there is, as something else what it is. */
	@Test
	default void whatIsNoEventIsGivenAsBytesAndRefusedAsAnythingElse() {
		String in = unique("in");
		byte[] noText = { (byte) 0xff, (byte) 0xfe };
		try (Application app = new Application(fixture())) {
			app.declare(in);
			fixture().appendForeign(in, 0, noText, "raw".getBytes(StandardCharsets.UTF_8));
			fixture().appendForeign(in, 0, "key".getBytes(StandardCharsets.UTF_8),
					"{\"key\":\"key\",\"number\":7}".getBytes(StandardCharsets.UTF_8));
			try (EventCursor<byte[]> cursor = app.reader().range(StreamRange.of(in), byte[].class)) {
				assertThat(cursor.next()).satisfies((stored) -> {
					assertThat(stored.defect()).contains("UTF-8");
					assertThat(stored.event().data()).asString().isEqualTo("raw");
				});
				assertThat(cursor.next().defect()).isNull();
			}
			try (EventCursor<Item> cursor = app.reader().range(StreamRange.of(in), Item.class)) {
				assertThatExceptionOfType(InvalidEventException.class).isThrownBy(cursor::next)
					.withMessageContaining(in + ":0");
				assertThat(cursor.next().event()).satisfies((event) -> {
					assertThat(event.data()).isEqualTo(new Item("key", 7));
					assertThat(event.key()).isEqualTo("key");
				});
				assertThat(cursor.hasNext()).isFalse();
			}
		}
	}

	@Test
	default void whatIsNotThereOrMeansNothingIsRefused() {
		String in = unique("in");
		try (Application app = new Application(fixture())) {
			assertThatExceptionOfType(FatalStreamException.class)
				.isThrownBy(() -> app.reader().range(StreamRange.of(in), Item.class))
				.withMessageContaining(in);
			assertThatExceptionOfType(FatalStreamException.class)
				.isThrownBy(() -> app.reader().tail(in, StreamPoint.now(), Item.class));
			assertThat(app.backend().reader().partitions(in)).isEmpty();
			app.declare(in);
			assertThat(app.backend().reader().partitions(in)).hasValue(3);
			assertThat(all(app, StreamRange.of(in))).isEmpty();
			StreamPoint place = StreamPoint.at(Position.ofOffset(1));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> app.reader().range(StreamRange.of(in).from(place), Item.class))
				.withMessageContaining("say which partition");
			assertThatIllegalArgumentException().isThrownBy(() -> app.reader().tail(in, place, Item.class));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> app.reader().range(StreamRange.of(in).partition(3), Item.class))
				.withMessageContaining("0 to 2");
		}
	}

	@Test
	default void aTailBeginsWhereItIsToldAndGoesOnWithWhatComes() {
		String in = unique("in");
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(10, 1));
			BackendCases.pass(Duration.ofMillis(3));
			List<StoredEvent<Item>> old = all(app, StreamRange.of(in));
			StreamPartition partition = old.getFirst().partition();
			Instant later = old.getLast().storedAt().plusMillis(1);
			try (EventCursor<Item> beginning = app.reader().tail(in, StreamPoint.beginning(), Item.class);
					EventCursor<Item> now = app.reader().tail(in, StreamPoint.now(), Item.class);
					EventCursor<Item> time = app.reader().tail(in, StreamPoint.at(later), Item.class);
					EventCursor<Item> at = app.reader()
						.tail(partition, StreamPoint.at(old.get(4).position()), Item.class);
					EventCursor<Item> after = app.reader()
						.tail(partition, StreamPoint.excluding(old.get(4).position()), Item.class)) {
				assertThat(now.poll(Duration.ofMillis(1))).isEmpty();
				app.publish(in, IntStream.range(10, 15).mapToObj((i) -> Item.event("key0", i)).toList());
				assertThat(numbers(beginning.stream().limit(15).toList())).isEqualTo(numbers(0, 15));
				assertThat(numbers(now.stream().limit(5).toList())).isEqualTo(numbers(10, 15));
				assertThat(numbers(time.stream().limit(5).toList())).isEqualTo(numbers(10, 15));
				assertThat(numbers(at.stream().limit(11).toList())).isEqualTo(numbers(4, 15));
				assertThat(numbers(after.stream().limit(10).toList())).isEqualTo(numbers(5, 15));
				assertThat(beginning.poll(Duration.ofMillis(1))).isEmpty();
			}
		}
	}

	@Test
	default void aTailThatIsClosedOrInterruptedEnds() throws InterruptedException {
		String in = unique("in");
		try (Application app = new Application(fixture())) {
			app.declare(in);
			EventCursor<Item> closed = app.reader().tail(in, StreamPoint.now(), Item.class);
			assertEnds(closed, (thread) -> closed.close());
			try (EventCursor<Item> interrupted = app.reader().tail(in, StreamPoint.now(), Item.class)) {
				assertEnds(interrupted, Thread::interrupt);
			}
		}
	}

	private static void assertEnds(EventCursor<Item> tail, Consumer<Thread> end) throws InterruptedException {
		AtomicReference<Object> outcome = new AtomicReference<>("waits");
		Thread reading = Thread.ofPlatform().start(() -> {
			try {
				outcome.set(tail.hasNext());
			}
			catch (RuntimeException ex) {
				outcome.set(ex);
			}
		});
		BackendCases.eventually()
			.until(() -> reading.getState() == Thread.State.TIMED_WAITING
					|| reading.getState() == Thread.State.RUNNABLE);
		BackendCases.pass(Duration.ofMillis(50));
		assertThat(outcome.get()).isEqualTo("waits");
		end.accept(reading);
		assertThat(reading.join(Duration.ofSeconds(10))).isTrue();
		assertThat(outcome.get()).isEqualTo(false);
	}

	/** Two of them, none in a group: neither takes anything from the other. */
	@Test
	@Asserts(Guarantee.READING)
	default void tailsWhoseConnectionsAreLostGiveEachEventOnceInOrder() {
		String in = unique("in");
		Faults faults = fixture().faults(Network.OTHER);
		AtomicBoolean enough = new AtomicBoolean();
		try (Application app = new Application(fixture());
				Application reading = new Application(fixture(), Network.OTHER);
				LogCapture log = LogCapture.of("io.doab.stream.engine", in)) {
			app.publish(in, Item.events(9, 3));
			try (EventCursor<Item> one = reading.reader().tail(in, StreamPoint.beginning(), Item.class);
					EventCursor<Item> other = reading.reader().tail(in, StreamPoint.beginning(), Item.class)) {
				List<StoredEvent<Item>> ofOne = collect(one);
				List<StoredEvent<Item>> ofOther = collect(other);
				CompletableFuture<Integer> published = app.publishUntil(enough::get, in, 6);
				for (int i = 0; i < 4; i++) {
					BackendCases.pass(Duration.ofMillis(100));
					faults.cut();
				}
				faults.refuse();
				BackendCases.pass(Duration.ofMillis(800));
				faults.restore();
				BackendCases.pass(Duration.ofMillis(100));
				enough.set(true);
				int count = 9 + published.join();
				List<StoredEvent<Item>> all = all(app, StreamRange.of(in));
				assertThat(all).hasSize(count);
				for (List<StoredEvent<Item>> seen : List.of(ofOne, ofOther)) {
					BackendCases.eventually().untilAsserted(() -> assertThat(seen).hasSizeGreaterThanOrEqualTo(count));
					assertThat(byPartition(seen)).isEqualTo(byPartition(all));
				}
				assertThat(log.warnings()).hasSizeLessThan(20);
			}
		}
		finally {
			faults.restore();
		}
	}

	private static List<StoredEvent<Item>> collect(EventCursor<Item> tail) {
		List<StoredEvent<Item>> seen = new CopyOnWriteArrayList<>();
		Thread.ofVirtual().start(() -> tail.forEachRemaining(seen::add));
		return seen;
	}

	private static Map<StreamPartition, List<Position>> byPartition(List<StoredEvent<Item>> events) {
		return events.stream()
			.collect(Collectors.groupingBy(StoredEvent::partition,
					Collectors.mapping(StoredEvent::position, Collectors.toList())));
	}

	private static List<StoredEvent<Item>> all(Application app, StreamRange range) {
		try (EventCursor<Item> cursor = app.reader().range(range, Item.class)) {
			return cursor.stream().toList();
		}
	}

	private static List<Integer> numbers(List<StoredEvent<Item>> events) {
		return events.stream().map((stored) -> stored.event().data().number()).toList();
	}

	private static List<Integer> numbers(int from, int to) {
		return IntStream.range(from, to).boxed().toList();
	}

	private static Instant earliest(List<StoredEvent<Item>> events, int number) {
		return events.stream()
			.filter((stored) -> stored.event().data().number() >= number)
			.map(StoredEvent::storedAt)
			.min(Comparator.naturalOrder())
			.orElseThrow();
	}

	private static Instant latest(List<StoredEvent<Item>> events, int number) {
		return events.stream()
			.filter((stored) -> stored.event().data().number() < number)
			.map(StoredEvent::storedAt)
			.max(Comparator.naturalOrder())
			.orElseThrow();
	}

}
