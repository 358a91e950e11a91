package io.doab.conformance;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.Event;
import io.doab.stream.KeyedState;
import io.doab.stream.Partitioner;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.QueueDefinition;
import io.doab.stream.QueueOutcome;
import io.doab.stream.StartAt;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartitions;
import io.doab.stream.engine.PartitionRaise;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.StreamBackend;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Which partition an event goes to, and how streams get more of them.
 */
public interface PartitionCases extends BackendCases {

	Duration QUIET = Duration.ofMillis(300);

	@Test
	default void eventsWithoutAKeyGoRound() {
		String stream = unique("round");
		try (Application app = new Application(fixture())) {
			app.publish(stream,
					IntStream.range(0, 30)
						.mapToObj((i) -> Event.of("item", null, new Item("none", i)).withId("id" + i))
						.toList());
			for (int partition = 0; partition < 3; partition++) {
				assertThat(fixture().read(stream, partition)).as("partition %s", partition).hasSize(10);
			}
		}
	}

	/**
	 * Counts in state, and sets a timer for the far end of its test.
	 */
	static ProcessorDefinition counting(String group, String in, String out, Instant due) {
		return ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			KeyedState<Integer> count = context.state("count", Integer.class);
			int next = count.get().orElse(0) + 1;
			count.put(next);
			if (next <= 5) {
				context.schedule("later", due);
			}
			context.emit(out, "counted", new Item(event.data().key(), next - 1));
		})
			.onTimer("later", (timer, context) -> context.emit(out, "fired", new Item(timer.key(), 1_000)))
			.state("count", Integer.class)
			.output(out)
			.build();
	}

	@Test
	@Asserts(Guarantee.RAISE)
	default void whatAGroupKeepsMovesWithItsKeysWhenPartitionsAreRaised() {
		String in = unique("raised");
		String out = unique("counts");
		// Named like its input, as what moves delayed events is.
		String group = in;
		ProcessorDefinition processor = counting(group, in, out, Instant.now().plusSeconds(12));
		try (StreamBackend backend = fixture().newBackend(Network.ONE)) {
			StreamPartitions partitions = new PartitionRaise(backend, QUIET);
			try (Application app = new Application(fixture())) {
				app.start(processor);
				app.publish(in, Item.events(200, 40));
				BackendCases.eventually().untilAsserted(() -> assertThat(read(out)).hasSize(200));
				assertThatIllegalStateException().isThrownBy(() -> partitions.raise(List.of(in), 8, false))
					.withMessageContaining("group " + group + " has members");
			}
			BackendCases.eventually()
				.untilAsserted(
						() -> assertThatCode(() -> partitions.raise(List.of(in), 8, false)).doesNotThrowAnyException());
			// Once more: nothing is left to do.
			partitions.raise(List.of(in), 8, false);
			assertThat(backend.repartitioning().partitions(List.of(in, in + ".dead-letter")))
				.containsOnly(Map.entry(in, 8), Map.entry(in + ".dead-letter", 8));
			try (Application old = new Application(fixture())) {
				assertThat(old.publisher().publish(in, Item.event("key0", 5))).failsWithin(Duration.ofSeconds(10))
					.withThrowableThat()
					.withCauseInstanceOf(FatalStreamException.class)
					.withMessageContaining("partitions=8");
			}
			try (Application before = new Application(fixture(), Network.ONE, 8)) {
				assertThat(before.admin().groups().describe(group).partitions()).hasSize(8);
				// Before the group starts: it begins with the first event of what is new.
				before.publish(in, IntStream.range(0, 40).mapToObj((i) -> Item.event("key" + i, 5)).toList());
			}
			try (Application app = new Application(fixture(), Network.ONE,
					List.of(StreamDefinition.of(in).withPartitions(8)))) {
				app.start(processor);
				BackendCases.eventually().untilAsserted(() -> assertThat(read(out)).hasSize(280));
				Map<String, List<Integer>> byKey = items(out).stream()
					.collect(Collectors.groupingBy(Item::key, Collectors.mapping(Item::number, Collectors.toList())));
				assertThat(byKey).hasSize(40);
				byKey.forEach((key, numbers) -> assertThat(numbers).as(key)
					.containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 1_000)
					.containsSubsequence(0, 1, 2, 3, 4, 5));
			}
		}
	}

	@Test
	default void whoEmitsToAStreamThatWasRaisedNoticesItAndSaysSo() {
		String in = unique("in");
		String out = unique("raised");
		ProcessorDefinition copying = ProcessingCases.copy(unique("copying"), in, out).build();
		try (Application app = new Application(fixture()); StreamBackend backend = fixture().newBackend(Network.ONE)) {
			app.start(copying);
			app.publish(in, Item.events(30, 10));
			BackendCases.eventually().untilAsserted(() -> assertThat(read(out)).hasSize(30));
			new PartitionRaise(backend, QUIET).raise(List.of(out), 8, false);
			BackendCases.eventually().untilAsserted(() -> assertThat(app.status(copying.name())).satisfies((status) -> {
				assertThat(status.state()).isEqualTo(ProcessorStatus.State.FAILED);
				assertThat(status.reason()).contains(out).contains("partitions=8");
			}));
			// It holds nothing meanwhile; with the right number it goes on.
			app.publish(in, Item.events(60, 10).subList(30, 60));
			try (Application raised = new Application(fixture(), Network.ONE,
					List.of(StreamDefinition.of(out).withPartitions(8)))) {
				raised.start(copying);
				BackendCases.eventually().untilAsserted(() -> assertThat(read(out, 8)).hasSize(60));
			}
		}
	}

	@Test
	default void aDeadLetterGoesBackToWhereItsKeyIsAfterARaise() {
		String in = unique("raised");
		AtomicBoolean healthy = new AtomicBoolean();
		Map<String, Integer> handled = new ConcurrentHashMap<>();
		ProcessorDefinition failing = ProcessorDefinition.named(unique("failing"))
			.on(in, Item.class, (event, context) -> {
				if (!healthy.get()) {
					throw new InvalidEventException("not now", null);
				}
				handled.put(event.data().key(), context.origin().partition());
			})
			.build();
		try (Application app = new Application(fixture())) {
			app.start(failing);
			app.publish(in, Item.events(20, 20));
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(read(StreamDefinition.deadLetterOf(in))).hasSize(20));
			BackendCases.eventually().until(() -> app.lag(failing).values().stream().allMatch((lag) -> lag == 0));
		}
		try (StreamBackend backend = fixture().newBackend(Network.ONE)) {
			StreamPartitions partitions = new PartitionRaise(backend, QUIET);
			BackendCases.eventually()
				.untilAsserted(
						() -> assertThatCode(() -> partitions.raise(List.of(in), 8, false)).doesNotThrowAnyException());
		}
		healthy.set(true);
		try (Application raised = new Application(fixture(), Network.ONE,
				List.of(StreamDefinition.of(in).withPartitions(8)))) {
			raised.start(failing);
			assertThat(raised.deadLetters(3).redrive(in, (letter) -> true, 100).redriven()).isEqualTo(20);
			BackendCases.eventually().until(() -> handled.size() == 20);
			assertThat(handled)
				.allSatisfy((key, partition) -> assertThat(partition).isEqualTo(Partitioner.partition(key, 8)));
		}
	}

	@Test
	default void aQueueThatBeganAtTheEndTakesAllOfThePartitionsThatAreAdded() {
		String in = unique("raised");
		List<String> done = new CopyOnWriteArrayList<>();
		QueueDefinition queue = QueueDefinition.named(unique("jobs")).on(in, Item.class, (event, context) -> {
			done.add(event.data().key());
			return QueueOutcome.acknowledge();
		}).startAt(StartAt.LATEST).build();
		int quiet = Partitioner.partition("key0", 3);
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(9, 9));
			app.start(queue);
			// In each partition it begins at the end, and one of them gets nothing more.
			IntStream.range(0, 9)
				.mapToObj((i) -> "key" + i)
				.filter((key) -> Partitioner.partition(key, 3) != quiet)
				.forEach((key) -> BackendCases.eventually().until(() -> {
					app.publish(in, List.of(Item.event(key, 1)));
					return done.contains(key);
				}));
			// Of the quiet one a backend may say that nothing is done.
			int old = fixture().read(in, quiet).size();
			BackendCases.eventually()
				.during(Duration.ofMillis(500))
				.until(() -> app.lag(queue), (lag) -> lag == 0 || lag == old);
		}
		try (StreamBackend backend = fixture().newBackend(Network.ONE)) {
			StreamPartitions partitions = new PartitionRaise(backend, QUIET);
			BackendCases.eventually()
				.untilAsserted(
						() -> assertThatCode(() -> partitions.raise(List.of(in), 8, false)).doesNotThrowAnyException());
		}
		try (Application raised = new Application(fixture(), Network.ONE,
				List.of(StreamDefinition.of(in).withPartitions(8)))) {
			done.clear();
			// Kafka begins a partition at its end until something of it is acknowledged.
			List<String> keys = IntStream.range(0, 40)
				.mapToObj((i) -> "new" + i)
				.filter((key) -> Partitioner.partition(key, 8) != quiet)
				.toList();
			raised.publish(in, keys.stream().map((key) -> Item.event(key, 1)).toList());
			raised.start(queue);
			BackendCases.eventually().untilAsserted(() -> assertThat(done).containsAll(keys));
			assertThat(done).as("what was there before it began").doesNotContain("key0");
		}
	}

}
