package io.doab.conformance;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.Event;
import io.doab.stream.EventProcessor;
import io.doab.stream.Ordering;
import io.doab.stream.Partitioner;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryMode;
import io.doab.stream.RetrySettings;
import io.doab.stream.StreamDefinition;
import io.doab.stream.error.FailureAction;
import io.doab.stream.spi.StreamRecord;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Retries that wait in the store.
 */
public interface ParkingCases extends BackendCases {

	RetrySettings AT_ONCE = RetrySettings.defaults().withParkAfter(Duration.ofMillis(1));

	Duration PAUSE = Duration.ofSeconds(3);

	private static List<Event<Item>> ofKey(String key, int from, int to) {
		return IntStream.range(from, to).mapToObj((number) -> Item.event(key, number)).toList();
	}

	/** Copies, and fails at the first event of the key "key" while it is told to. */
	private static ProcessorDefinition.Builder copying(String group, String in, String out, AtomicBoolean failing,
			List<Integer> attempts) {
		EventProcessor<Item> handler = (event, context) -> {
			if (event.data().equals(new Item("key", 0))) {
				attempts.add(context.attempt());
				if (failing.get()) {
					throw new IllegalStateException("attempt " + context.attempt());
				}
			}
			context.emit(out, "copied", event.data());
		};
		return ProcessorDefinition.named(group)
			.on(in, Item.class, handler)
			.output(out)
			.retries(AT_ONCE)
			.onFailure(RetryCases.pausing(1_000, PAUSE));
	}

	private boolean noLag(String group, String stream) {
		return IntStream.range(0, 3).allMatch((partition) -> fixture().lag(group, stream, partition) == 0);
	}

	@Test
	default void aParkedEventSurvivesATakeOverWithItsAttemptsAndItsPlaceInItsKey() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("parked");
		AtomicBoolean failing = new AtomicBoolean(true);
		List<Integer> attempts = new CopyOnWriteArrayList<>();
		try (Application app = new Application(fixture())) {
			app.publish(in, ofKey("key", 0, 40));
			app.start(copying(group, in, out, failing, attempts).build());
			BackendCases.eventually().until(() -> app.status(group).parkedEvents() == 40);
			BackendCases.eventually().until(() -> noLag(group, in));
		}
		assertThat(read(out)).isEmpty();
		int before = attempts.size();
		failing.set(false);
		try (Application app = new Application(fixture())) {
			app.publish(in, ofKey("key", 40, 60));
			app.start(copying(group, in, out, failing, attempts).build());
			assertEachOnceInOrder(out, 60, 1);
			assertThat(attempts).hasSize(before + 1).isEqualTo(IntStream.rangeClosed(1, before + 1).boxed().toList());
			BackendCases.eventually().until(() -> app.status(group).parkedEvents() == 0);
		}
		// Nothing is left behind in the store.
		try (Application app = new Application(fixture())) {
			app.publish(in, ofKey("key", 60, 70));
			app.start(copying(group, in, out, failing, attempts).build());
			assertEachOnceInOrder(out, 70, 1);
			assertThat(attempts).hasSize(before + 1);
		}
	}

	@Test
	default void theGroupsPositionGoesPastAParkedEventAndOtherKeysGoOn() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("parked");
		AtomicBoolean failing = new AtomicBoolean(true);
		try (Application app = new Application(fixture())) {
			app.start(copying(group, in, out, failing, new CopyOnWriteArrayList<>()).build());
			app.publish(in, ofKey("key", 0, 3));
			BackendCases.eventually().until(() -> app.status(group).parkedEvents() == 3);
			for (String other : RetryCases.neighbours("key", 4)) {
				app.publish(in, ofKey(other, 0, 5));
			}
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(20));
			BackendCases.eventually().until(() -> noLag(group, in));
			BackendCases.eventually().until(() -> app.status(group).inFlightEvents() == 0);
			assertThat(app.status(group).parkedEvents()).isEqualTo(3);
			failing.set(false);
			assertEachOnceInOrder(out, 23, 5);
		}
	}

	@Test
	default void whatIsParkedIsBoundedAndTheRestWaitsInItsPartition() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("full");
		AtomicBoolean failing = new AtomicBoolean(true);
		int partition = Partitioner.partition("key", 3);
		try (Application app = new Application(fixture())) {
			app.publish(in, ofKey("key", 0, 10));
			for (String other : RetryCases.neighbours("key", 2)) {
				app.publish(in, ofKey(other, 0, 5));
			}
			app.start(copying(group, in, out, failing, new CopyOnWriteArrayList<>())
				.retries(AT_ONCE.withMaxParkedEvents(4))
				.build());
			BackendCases.eventually().untilAsserted(() -> {
				assertThat(items(out)).hasSize(10);
				assertThat(app.status(group).parkedEvents()).isEqualTo(4);
				assertThat(app.status(group).inFlightEvents()).isEqualTo(6);
				// Behind the fourth of the key nothing of the partition is done as a
				// prefix.
				assertThat(fixture().lag(group, in, partition)).isEqualTo(16);
			});
			failing.set(false);
			assertEachOnceInOrder(out, 20, 3);
			BackendCases.eventually().until(() -> noLag(group, in));
		}
	}

	@Test
	default void aParkedEventThatFailsForGoodIsDeadLetteredFromWhereItWasAndTheNextGoesOn() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("poison");
		Instant began = Instant.now();
		try (Application app = new Application(fixture())) {
			app.publish(in, ofKey("key", 0, 5));
			app.start(ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
				if (event.data().number() == 0) {
					throw new IllegalArgumentException("poison");
				}
				context.emit(out, "copied", new Item(event.data().key(), event.data().number() - 1));
			}).output(out).retries(AT_ONCE).onFailure(RetryCases.pausing(3, Duration.ofMillis(500))).build());
			assertEachOnceInOrder(out, 4, 1);
			int partition = Partitioner.partition("key", 3);
			StreamRecord first = fixture().read(in, partition).getFirst();
			StreamRecord dead = fixture().read(StreamDefinition.deadLetterOf(in), partition).getFirst();
			Map<String, String> told = dead.event().attributes();
			assertThat(told).containsAllEntriesOf(first.event().attributes())
				.containsEntry("dlstream", in)
				.containsEntry("dlpartition", String.valueOf(partition))
				.containsEntry("dlposition", first.position().toString())
				.containsEntry("dlattempts", "3");
			assertThat(dead.event().key()).isEqualTo("key");
			assertThat(dead.event().data()).isEqualTo(first.event().data());
			Instant firstFailure = Instant.parse(told.get("dlfirstfailure"));
			assertThat(firstFailure).isAfterOrEqualTo(began);
			assertThat(Instant.parse(told.get("dllastfailure"))).isAfterOrEqualTo(firstFailure.plusMillis(1_000));
		}
	}

	@Test
	default void aTimerDoesNotOvertakeParkedEventsOfItsKey() {
		String in = unique("in");
		String out = unique("out");
		List<String> order = new CopyOnWriteArrayList<>();
		try (Application app = new Application(fixture())) {
			app.publish(in, ofKey("key", 0, 4));
			app.start(ProcessorDefinition.named(unique("timers")).on(in, Item.class, (event, context) -> {
				if (event.data().number() == 0) {
					context.schedule("later", Instant.now().plusMillis(500));
				}
				if (event.data().number() == 1 && context.attempt() < 3) {
					throw new IllegalStateException("attempt " + context.attempt());
				}
				order.add("event " + event.data().number());
			}).onTimer("later", (timer, context) -> {
				order.add("timer");
				context.emit(out, "fired", new Item(timer.key(), 0));
			}).output(out).retries(AT_ONCE).onFailure(RetryCases.pausing(9, Duration.ofSeconds(1))).build());
			assertEachOnceInOrder(out, 1, 1);
			assertThat(order).containsExactly("event 0", "event 1", "event 2", "event 3", "timer");
		}
	}

	@Test
	default void stateOfAKeyIsThatOfItsOrderAlsoWhenEventsAreParked() {
		String in = unique("in");
		String out = unique("out");
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(100, 5));
			app.start(ProcessorDefinition.named(unique("count")).on(in, Item.class, (event, context) -> {
				var count = context.state("count", Integer.class);
				int before = count.get().orElse(0);
				count.put(before + 1);
				if (event.data().number() % 7 == 3 && context.attempt() == 1) {
					throw new IllegalStateException("the first attempt");
				}
				assertThat(event.data().number()).isEqualTo(before);
				context.emit(out, "counted", new Item(event.data().key(), before));
			})
				.state("count", Integer.class)
				.output(out)
				.retries(AT_ONCE)
				.onFailure(RetryCases.pausing(2, Duration.ofMillis(100)))
				.build());
			assertEachOnceInOrder(out, 100, 5);
			assertThat(read(StreamDefinition.deadLetterOf(in))).isEmpty();
		}
	}

	@Test
	default void aCopyOfAParkedEventIsDroppedOnceItIsProcessed() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("once");
		AtomicBoolean failing = new AtomicBoolean(true);
		List<Integer> attempts = new CopyOnWriteArrayList<>();
		Event<Item> event = Item.event("key", 0).withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true");
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(event, event, Item.event("key", 1)));
			app.start(copying(group, in, out, failing, attempts).deduplicate(Duration.ofHours(1)).build());
			BackendCases.eventually().until(() -> app.status(group).parkedEvents() == 3);
			failing.set(false);
			assertEachOnceInOrder(out, 2, 1);
			assertThat(attempts).doesNotHaveDuplicates();
		}
	}

	@Test
	default void aParkedEventOfAnInputThatIsNoneAnyMoreIsDeadLettered() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("changed");
		String other = unique("other");
		try (Application app = new Application(fixture())) {
			app.publish(in, ofKey("key", 0, 1));
			app.start(copying(group, in, out, new AtomicBoolean(true), new CopyOnWriteArrayList<>())
				.onFailure(RetryCases.pausing(9, Duration.ofSeconds(1)))
				.build());
			BackendCases.eventually().until(() -> app.status(group).parkedEvents() == 1);
		}
		try (Application app = new Application(fixture())) {
			app.start(ProcessingCases.copy(group, other, out).build());
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(read(StreamDefinition.deadLetterOf(in))).singleElement()
					.satisfies((record) -> assertThat(record.event().attributes().get("dlmessage"))
						.contains("does not read stream '" + in + "' any more")));
			app.publish(other, ofKey("key", 0, 3));
			assertEachOnceInOrder(out, 3, 1);
		}
	}

	@Test
	default void whatIsParkedRunsFirstAfterTheOrderingWasChanged() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("changed");
		AtomicBoolean failing = new AtomicBoolean(true);
		List<Integer> attempts = new CopyOnWriteArrayList<>();
		try (Application app = new Application(fixture())) {
			app.publish(in, ofKey("key", 0, 5));
			app.start(copying(group, in, out, failing, attempts).build());
			BackendCases.eventually().until(() -> app.status(group).parkedEvents() == 5);
		}
		try (Application app = new Application(fixture())) {
			app.publish(in, ofKey("key", 5, 10));
			app.start(copying(group, in, out, failing, attempts).ordering(Ordering.PARTITION).build());
			BackendCases.eventually().until(() -> app.status(group).inFlightEvents() == 5);
			failing.set(false);
			assertEachOnceInOrder(out, 10, 1);
		}
	}

	@Test
	default void handlersThatFailAtRandomCostNeitherOrderNorEventsWhileMembersComeAndGo() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("random");
		ProcessorDefinition definition = ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			if (ThreadLocalRandom.current().nextInt(5) == 0) {
				throw new IllegalStateException("at random");
			}
			context.emit(out, "copied", event.data());
		})
			.output(out)
			.deduplicate(Duration.ofHours(1))
			.retries(new RetrySettings(RetryMode.BLOCK_KEY, Duration.ofMillis(30), 25, 1024 * 1024))
			.onFailure((failure) -> new FailureAction.Retry(Duration.ofMillis(ThreadLocalRandom.current().nextInt(60))))
			.build();
		try (Application stays = new Application(fixture(), Network.ONE)) {
			stays.start(definition);
			CompletableFuture<Void> publishing = stays.publishSlowly(in, 3_000, 60);
			for (int i = 0; i < 3; i++) {
				try (Application comes = new Application(fixture(), Network.OTHER)) {
					comes.start(definition);
					BackendCases.eventually().until(() -> !comes.status(group).partitions().isEmpty());
					BackendCases.eventually().pollDelay(Duration.ofMillis(700)).until(() -> true);
				}
			}
			publishing.join();
			assertEachOnceInOrder(out, 3_000, 60);
			BackendCases.eventually().until(() -> stays.status(group).parkedEvents() == 0);
		}
	}

}
