package io.doab.conformance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.doab.stream.DeadLetter;
import io.doab.stream.DeadLetterQueue;
import io.doab.stream.Event;
import io.doab.stream.FailureHandler;
import io.doab.stream.Partitioner;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RedriveReport;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.FailureAction;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.StreamRecord;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Dead letters that are looked at, given back and discarded.
 */
public interface RedriveCases extends BackendCases {

	int MAX_REDRIVES = 3;

	@Test
	default void aRedriveReturnsTheOriginalAndRemovesTheDeadLetter() {
		String in = unique("in");
		String out = unique("out");
		AtomicBoolean broken = new AtomicBoolean(true);
		List<Event<Item>> seen = new CopyOnWriteArrayList<>();
		Event<Item> original = Item.event("clé 1", 0).withHeader("traceparent", "00-abc-def-01");
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(original, Item.event("key1", 0), Item.event("key2", 0)));
			app.start(failing(unique("mend"), in, out, broken, seen).build());
			DeadLetterQueue queue = app.deadLetters(MAX_REDRIVES);
			BackendCases.eventually().until(() -> letters(queue, in).size() == 3);
			DeadLetter letter = letters(queue, in).stream()
				.filter((candidate) -> candidate.event().id().equals(original.id()))
				.findFirst()
				.orElseThrow();
			assertThat(letter.message()).isEqualTo("broken");
			assertThat(letter.origin().stream()).isEqualTo(in);
			assertThat(letter.redrives()).isZero();

			broken.set(false);
			seen.clear();
			queue.redrive(in, letter.partition().partition(), letter.position());

			BackendCases.eventually().until(() -> !seen.isEmpty());
			assertThat(seen).containsExactly(original.withHeader(DeadLetter.REDRIVE_COUNT_HEADER, "1")
				.withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true"));
			assertThat(letters(queue, in)).extracting((rest) -> rest.event().id())
				.containsExactlyInAnyOrder("key1-0", "key2-0");
			assertThatThrownBy(() -> queue.redrive(in, letter.partition().partition(), letter.position()))
				.isInstanceOf(InvalidEventException.class)
				.hasMessageContaining("There is no dead letter");
			assertSamePayload(in, original.id());
		}
	}

	private void assertSamePayload(String in, String id) {
		List<StreamRecord> copies = read(in).stream()
			.filter((record) -> id.equals(record.event().attributes().get("id")))
			.toList();
		assertThat(copies).hasSize(2);
		assertThat(copies.getLast().event().data()).isEqualTo(copies.getFirst().event().data());
		assertThat(copies.getLast().event().key()).isEqualTo(copies.getFirst().event().key());
	}

	@Test
	default void aRedriveOfManyTakesThoseOfTheFilterUpToTheLimit() {
		String in = unique("in");
		String out = unique("out");
		AtomicBoolean broken = new AtomicBoolean(true);
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(250, 10));
			app.start(failing(unique("many"), in, out, broken, new CopyOnWriteArrayList<>()).build());
			DeadLetterQueue queue = app.deadLetters(MAX_REDRIVES);
			BackendCases.eventually().until(() -> letters(queue, in).size() == 250);

			broken.set(false);
			RedriveReport first = queue.redrive(in, (letter) -> "key3".equals(letter.event().key()), 20);
			assertThat(first.redriven()).isEqualTo(20);
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(20));
			assertThat(items(out)).extracting(Item::key).containsOnly("key3");

			assertThat(queue.redrive(in, (letter) -> true, 1_000).redriven()).isEqualTo(230);
			assertEachOnceInOrder(out, 250, 10);
			assertThat(letters(queue, in)).isEmpty();
		}
	}

	@Test
	default void anEventThatComesBackCountsItsRedrivesUntilItIsRefused() {
		String in = unique("in");
		String out = unique("out");
		AtomicBoolean broken = new AtomicBoolean(true);
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(Item.event("key0", 0)));
			app.start(failing(unique("round"), in, out, broken, new CopyOnWriteArrayList<>()).build());
			DeadLetterQueue queue = app.deadLetters(MAX_REDRIVES);
			for (int round = 0; round < MAX_REDRIVES; round++) {
				awaitLetterOfRound(queue, in, round);
				assertThat(queue.redrive(in, (letter) -> true, 10)).isEqualTo(new RedriveReport(1, List.of()));
			}
			awaitLetterOfRound(queue, in, MAX_REDRIVES);
			RedriveReport refused = queue.redrive(in, (letter) -> true, 10);
			assertThat(refused.redriven()).isZero();
			assertThat(refused.refused()).singleElement()
				.satisfies((refusal) -> assertThat(refusal.reason()).contains("redriven 3 times", "the limit is 3"));
			DeadLetter stays = letters(queue, in).getFirst();
			assertThatThrownBy(() -> queue.redrive(in, stays.partition().partition(), stays.position()))
				.isInstanceOf(InvalidEventException.class)
				.hasMessageContaining("the limit is 3");

			assertThat(letters(queue, in)).hasSize(1);
			queue.discard(in, stays.partition().partition(), stays.position());
			assertThat(letters(queue, in)).isEmpty();
		}
	}

	private void awaitLetterOfRound(DeadLetterQueue queue, String in, int round) {
		BackendCases.eventually()
			.untilAsserted(
					() -> assertThat(letters(queue, in)).extracting(DeadLetter::redrives).containsExactly(round));
	}

	@Test
	default void deduplicationTakesARedrivenEventOnceAndNotLess() {
		String in = unique("in");
		String out = unique("out");
		AtomicBoolean broken = new AtomicBoolean(true);
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(Item.event("key0", 0).withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true")));
			app.start(failing(unique("dedup"), in, out, broken, new CopyOnWriteArrayList<>())
				.deduplicate(Duration.ofMinutes(5))
				.build());
			DeadLetterQueue queue = app.deadLetters(MAX_REDRIVES);
			BackendCases.eventually().until(() -> letters(queue, in).size() == 1);
			broken.set(false);
			DeadLetter letter = letters(queue, in).getFirst();
			queue.redrive(in, letter.partition().partition(), letter.position());
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(1));

			// As a redrive does that was interrupted before it removed the dead letter.
			app.publish(in, List.of(Item.event("key0", 0).withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true"),
					Item.event("key0", 1)));
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(items(out)).containsExactly(new Item("key0", 0), new Item("key0", 1)));
		}
	}

	@Test
	@Asserts(Guarantee.REMOVAL)
	default void rangesAreReadInPagesAndRemovedEventsAreNotAmongThem() {
		String in = unique("in");
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(25, 1));
			int partition = Partitioner.partition("key0", 3);
			StreamPartition log = new StreamPartition(in, partition);
			List<StreamRecord> first = app.backend().read(log, null, 10);
			List<StreamRecord> second = app.backend().read(log, first.getLast().position(), 10);
			List<StreamRecord> third = app.backend().read(log, second.getLast().position(), 10);
			assertThat(List.of(first.size(), second.size(), third.size())).containsExactly(10, 10, 5);
			assertThat(app.backend().read(log, third.getLast().position(), 10)).isEmpty();

			app.backend().remove(log, List.of(first.get(3).position(), second.get(0).position()));
			List<StreamRecord> rest = app.backend().read(log, first.get(2).position(), 8);
			assertThat(BackendCases.ids(rest)).containsExactly("key0-4", "key0-5", "key0-6", "key0-7", "key0-8",
					"key0-9", "key0-11", "key0-12");
			assertThat(fixture().read(in, partition)).hasSize(app.backend().capabilities().removesEvents() ? 23 : 25);
		}
	}

	private static List<DeadLetter> letters(DeadLetterQueue queue, String stream) {
		return IntStream.range(0, 3)
			.boxed()
			.flatMap((partition) -> queue.list(stream, partition, null, 1_000).stream())
			.toList();
	}

	/** Copies what it gets, unless it is broken: then all goes to the dead letters. */
	private static ProcessorDefinition.Builder failing(String group, String in, String out, AtomicBoolean broken,
			List<Event<Item>> seen) {
		FailureHandler atOnce = (failure) -> new FailureAction.DeadLetter();
		return ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			seen.add(event);
			if (broken.get()) {
				throw new IllegalStateException("broken");
			}
			context.emit(out, "copied", event.data());
		}).output(out).onFailure(atOnce);
	}

}
