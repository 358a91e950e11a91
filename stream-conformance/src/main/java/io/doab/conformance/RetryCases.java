package io.doab.conformance;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.Event;
import io.doab.stream.EventProcessor;
import io.doab.stream.FailureHandler;
import io.doab.stream.Partitioner;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryMode;
import io.doab.stream.RetryPolicy;
import io.doab.stream.RetrySettings;
import io.doab.stream.StreamDefinition;
import io.doab.stream.spi.StreamRecord;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a failed event runs again, what waits for it, and who runs it.
 */
public interface RetryCases extends BackendCases {

	/** Retries that wait in memory, and retries that are parked. */
	List<RetrySettings> WAITS = List.of(RetrySettings.defaults().withParkAfter(Duration.ofDays(1)),
			RetrySettings.defaults().withParkAfter(Duration.ofMillis(1)));

	/** Pauses of the same length. */
	static FailureHandler pausing(int attempts, Duration pause) {
		return FailureHandler.retrying(new RetryPolicy(attempts, pause, 1, pause, 0));
	}

	/** Keys of the partition that a key belongs to. */
	static List<String> neighbours(String key, int count) {
		return IntStream.iterate(0, (i) -> i + 1)
			.mapToObj((i) -> "near" + i)
			.filter((other) -> Partitioner.partition(other, 3) == Partitioner.partition(key, 3))
			.limit(count)
			.toList();
	}

	@Test
	default void pausesAreAsLongAsThePolicySays() {
		WAITS.forEach((wait) -> BackendCases.undisturbed(() -> pauseAsThePolicySays(wait)));
	}

	private int pauseAsThePolicySays(RetrySettings wait) {
		String in = unique("in");
		String out = unique("out");
		List<Instant> attempts = new CopyOnWriteArrayList<>();
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(Item.event("key", 0)));
			app.start(ProcessorDefinition.named(unique("backoff")).on(in, Item.class, (event, context) -> {
				attempts.add(Instant.now());
				if (context.attempt() < 4) {
					throw new IllegalStateException("attempt " + context.attempt());
				}
				context.emit(out, "copied", event.data());
			})
				.output(out)
				.retries(wait)
				.onFailure(FailureHandler
					.retrying(new RetryPolicy(9, Duration.ofMillis(300), 2, Duration.ofMillis(1_000), 0)))
				.build());
			assertEachOnceInOrder(out, 1, 1);
			if (app.lost() > 0) {
				return app.lost();
			}
			assertThat(attempts).hasSize(4);
			List<Integer> pauses = List.of(300, 600, 1_000);
			for (int i = 0; i < 3; i++) {
				assertThat(Duration.between(attempts.get(i), attempts.get(i + 1)).toMillis()).as("pause " + i)
					.isBetween((long) pauses.get(i), pauses.get(i) + BUSY_MACHINE.toMillis());
			}
		}
		return 0;
	}

	@Test
	default void aFatalFailureIsDeadLetteredAfterOneAttempt() {
		String in = unique("in");
		List<Integer> attempts = new CopyOnWriteArrayList<>();
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(Item.event("key", 0)));
			app.start(ProcessorDefinition.named(unique("fatal")).on(in, Item.class, (event, context) -> {
				attempts.add(context.attempt());
				throw new IllegalStateException("wrapped", new UnsupportedOperationException("never"));
			})
				.onFailure(
						FailureHandler.retrying(RetryPolicy.defaults().withFatal(UnsupportedOperationException.class)))
				.build());
			assertThat(deadLetter(in).event().attributes()).containsEntry("dlattempts", "1")
				.containsEntry("dlexception", "java.lang.IllegalStateException");
			assertThat(attempts).containsExactly(1);
		}
	}

	/** The one dead letter of a stream, once it is there. */
	default StreamRecord deadLetter(String stream) {
		BackendCases.eventually()
			.untilAsserted(() -> assertThat(read(StreamDefinition.deadLetterOf(stream))).hasSize(1));
		return read(StreamDefinition.deadLetterOf(stream)).getFirst();
	}

	@Test
	default void noAttemptStartsAfterTheDeadline() {
		for (RetrySettings wait : WAITS) {
			String in = unique("in");
			try (Application app = new Application(fixture())) {
				app.publish(in, List.of(Item.event("key", 0)));
				Duration pause = Duration.ofMillis(300);
				app.start(ProcessorDefinition.named(unique("deadline")).on(in, Item.class, (event, context) -> {
					throw new IllegalStateException("attempt " + context.attempt());
				})
					.retries(wait)
					.onFailure(FailureHandler
						.retrying(new RetryPolicy(1_000, pause, 1, pause, 0).withDeadline(Duration.ofSeconds(1))))
					.build());
				Map<String, String> told = deadLetter(in).event().attributes();
				// At 0, 300, 600 and 900 ms, or later; not at 1200.
				assertThat(Integer.parseInt(told.getOrDefault("dlattempts", ""))).isBetween(2, 4);
				assertThat(Duration.between(Instant.parse(told.get("dlfirstfailure")),
						Instant.parse(told.get("dllastfailure"))))
					.isGreaterThan(Duration.ofMillis(700));
			}
		}
	}

	@Test
	default void aRetryBlocksItsKeyAlone() {
		for (RetrySettings wait : WAITS) {
			List<Item> order = runWithAFailingFirst(wait.withMode(RetryMode.BLOCK_KEY));
			assertThat(order.stream().filter((item) -> item.key().equals("key"))).extracting(Item::number)
				.containsExactly(0, 1, 2);
			assertThat(order.subList(0, 4)).extracting(Item::key).doesNotContain("key");
		}
	}

	@Test
	default void aRetryBlocksItsPartition() {
		for (RetrySettings wait : WAITS) {
			List<Item> order = runWithAFailingFirst(wait.withMode(RetryMode.BLOCK_PARTITION));
			assertThat(order.getFirst()).isEqualTo(new Item("key", 0));
			assertThat(order.stream().filter((item) -> item.key().equals("key"))).extracting(Item::number)
				.containsExactly(0, 1, 2);
		}
	}

	@Test
	default void aRetryBlocksNothing() {
		for (RetrySettings wait : WAITS) {
			List<Item> order = runWithAFailingFirst(wait.withMode(RetryMode.NON_BLOCKING));
			assertThat(order.getLast()).isEqualTo(new Item("key", 0));
		}
	}

	/**
	 * The order in which events of one partition were handled: the first one after two
	 * failures, then two more of its key, then four of other keys.
	 */
	private List<Item> runWithAFailingFirst(RetrySettings retries) {
		String in = unique("in");
		List<Item> handled = new CopyOnWriteArrayList<>();
		List<Event<Item>> events = Stream
			.concat(IntStream.range(0, 3).mapToObj((number) -> Item.event("key", number)),
					neighbours("key", 4).stream().map((key) -> Item.event(key, 0)))
			.toList();
		EventProcessor<Item> handler = (event, context) -> {
			if (event.data().equals(new Item("key", 0)) && context.attempt() < 3) {
				throw new IllegalStateException("attempt " + context.attempt());
			}
			handled.add(event.data());
		};
		try (Application app = new Application(fixture())) {
			app.publish(in, events);
			// One at a time, so that nothing starts between a failure and what it blocks.
			app.start(ProcessorDefinition.named(unique("blocks"))
				.on(in, Item.class, handler)
				.concurrency(1)
				.retries(retries)
				.onFailure(pausing(3, Duration.ofMillis(400)))
				.build());
			BackendCases.eventually().until(() -> handled.size() >= 7);
			assertThat(handled).doesNotHaveDuplicates().hasSize(7);
		}
		return handled;
	}

	@Test
	default void aRebalanceDuringARetryWaitDoesNotRunTheHandlerOnTwoMembers() {
		for (RetrySettings wait : WAITS) {
			// On a busy machine the other member may come after the wait.
			Duration pause = Duration.ofSeconds(4);
			while (!isMovedDuringARetryWait(wait, pause)) {
				pause = pause.multipliedBy(2);
				assertThat(pause).as("a wait in which another member joins").isLessThan(Duration.ofMinutes(1));
			}
		}
	}

	/** Whether any event that waited for another attempt had it on the other member. */
	private boolean isMovedDuringARetryWait(RetrySettings wait, Duration pause) {
		String in = unique("in");
		String out = unique("out");
		String group = unique("moved");
		Map<String, List<String>> runs = new ConcurrentHashMap<>();
		List<Event<Item>> events = IntStream.range(0, 12).mapToObj((i) -> Item.event("key" + i, 0)).toList();
		try (Application first = new Application(fixture(), Network.ONE);
				Application second = new Application(fixture(), Network.OTHER)) {
			first.publish(in, events);
			first.start(failingFirstRun(group, in, out, "first", runs, wait).withFailureHandler(pausing(5, pause)));
			BackendCases.eventually().until(() -> runs.size() == 12);
			second.start(failingFirstRun(group, in, out, "second", runs, wait).withFailureHandler(pausing(5, pause)));
			assertEachOnceInOrder(out, 12, 12);
			assertThat(runs.values()).allSatisfy((of) -> assertThat(of).hasSize(2));
			return runs.values().stream().anyMatch((of) -> of.contains("second"));
		}
	}

	@Test
	default void aRetryWaitOfALostPartitionEndsInNothing() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("lost");
		Map<String, List<String>> runs = new ConcurrentHashMap<>();
		Duration pause = fixture().sessionTime().plusSeconds(10);
		RetrySettings inMemory = WAITS.getFirst();
		try (Application lonely = new Application(fixture(), Network.OTHER);
				Application other = new Application(fixture(), Network.ONE)) {
			lonely.publish(in, List.of(Item.event("key", 0)));
			lonely
				.start(failingFirstRun(group, in, out, "lonely", runs, inMemory).withFailureHandler(pausing(5, pause)));
			BackendCases.eventually().until(() -> runs.size() == 1);
			Instant failed = Instant.now();
			fixture().faults(Network.OTHER).refuse();
			other.start(failingFirstRun(group, in, out, "other", runs, inMemory));
			assertEachOnceInOrder(out, 1, 1);
			// It hears of its loss before its wait is over.
			fixture().faults(Network.OTHER).restore();
			BackendCases.eventually().until(() -> Instant.now().isAfter(failed.plus(pause).plusSeconds(1)));
			assertThat(runs.get("key")).containsExactly("lonely", "other");
		}
	}

	/** Copies events, and fails at the first run of each that any member makes. */
	private static ProcessorDefinition failingFirstRun(String group, String in, String out, String member,
			Map<String, List<String>> runs, RetrySettings retries) {
		return ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			List<String> of = runs.computeIfAbsent(event.data().key(), (key) -> new CopyOnWriteArrayList<>());
			of.add(member);
			if (of.size() == 1) {
				throw new IllegalStateException("the first run");
			}
			context.emit(out, "copied", event.data());
		}).output(out).retries(retries).onFailure(pausing(5, Duration.ofSeconds(4))).build();
	}

}
