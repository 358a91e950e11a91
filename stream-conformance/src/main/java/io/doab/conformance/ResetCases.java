package io.doab.conformance;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.doab.stream.FailureHandler;
import io.doab.stream.GroupAdmin;
import io.doab.stream.GroupReset;
import io.doab.stream.KeyedState;
import io.doab.stream.ParkedEvents;
import io.doab.stream.Partitioner;
import io.doab.stream.Position;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.ResetReport;
import io.doab.stream.ResetTarget;
import io.doab.stream.RetryPolicy;
import io.doab.stream.StreamPartition;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.FencedException;
import io.doab.stream.spi.Guarantee;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Groups that are moved to another place of their inputs.
 */
public interface ResetCases extends BackendCases {

	/** Emits how many events of its key it has seen, which is its state. */
	private static ProcessorDefinition counting(String group, String in, String out) {
		return ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			KeyedState<Integer> seen = context.state("seen", Integer.class);
			int count = seen.get().orElse(0) + 1;
			seen.put(count);
			context.emit(out, "counted", new Item(event.data().key() + "-" + event.data().number(), count));
		}).state("seen", Integer.class).output(out).build();
	}

	/** Runs it until there are so many outputs, and stops it. */
	private void run(ProcessorDefinition processor, String out, int outputs) {
		try (Application app = new Application(fixture())) {
			app.start(processor);
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(outputs));
		}
	}

	private static GroupAdmin stopped(Application app, String group) {
		GroupAdmin groups = app.admin().groups();
		BackendCases.eventually().until(() -> groups.describe(group).members().isEmpty());
		return groups;
	}

	private static long lag(GroupAdmin groups, String group) {
		return groups.describe(group).lag().events();
	}

	@Test
	default void aGroupIsResetToATimeTheLatestAndAPosition() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("reset");
		ProcessorDefinition counting = counting(group, in, out);
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(24, 6));
			BackendCases.pass(Duration.ofMillis(20));
			Instant between = Instant.now();
			BackendCases.pass(Duration.ofMillis(20));
			app.publish(in, List.of(Item.event("key0", 4), Item.event("key1", 4), Item.event("key2", 4)));
			run(counting, out, 27);
			GroupAdmin groups = stopped(app, group);
			assertThat(lag(groups, group)).isZero();

			ResetReport since = groups.reset(GroupReset.of(group, new ResetTarget.Since(between)));
			assertThat(since.moved()).hasSize(3).allSatisfy((moved) -> assertThat(moved.before()).isNotNull());
			assertThat(lag(groups, group)).isEqualTo(3);
			groups.reset(GroupReset.of(group, new ResetTarget.Latest()));
			assertThat(lag(groups, group)).isZero();

			int partition = Partitioner.partition("key0", 3);
			StreamPartition log = new StreamPartition(in, partition);
			List<Position> positions = fixture().read(in, partition)
				.stream()
				.map((record) -> record.position())
				.toList();
			groups.reset(GroupReset.of(group, new ResetTarget.Before(Map.of(log, positions.get(2)))));
			assertThat(lag(groups, group)).isEqualTo(positions.size() - 2);
			assertThat(groups.describe(group).pause()).isNull();
			run(counting, out, 27 + positions.size() - 2);
			// The state stayed, and what came again is in it again.
			assertThat(items(out)).contains(new Item("key0-4", 5)).noneMatch((item) -> item.number() > 10);
			assertThat(items(out).stream().filter((item) -> item.key().equals("key0-4"))).hasSize(2);
			assertThatThrownBy(() -> groups.reset(GroupReset.of(group,
					new ResetTarget.Before(Map.of(log, new Position(Long.MAX_VALUE / 2, positions.get(0).minor()))))))
				.isInstanceOf(IllegalArgumentException.class)
				.hasMessageContaining("behind the end");
			assertThat(groups.describe(group).pause()).isNull();
			assertThatThrownBy(
					() -> groups.reset(GroupReset.of(group, new ResetTarget.Latest()).ofStreams(Set.of("elsewhere"))))
				.isInstanceOf(IllegalArgumentException.class)
				.hasMessageContaining("does not read stream 'elsewhere'");
		}
	}

	@Test
	@Asserts(Guarantee.RESET)
	default void aResetToTheEarliestIsRefusedWhileTheGroupRunsAndGoesThroughAPause() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("runs");
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(12, 6));
			app.start(counting(group, in, out));
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(12));
			GroupAdmin groups = app.admin().groups();
			String member = groups.describe(group).members().getFirst().id();
			GroupReset reset = GroupReset.of(group, new ResetTarget.Earliest()).with(GroupReset.State.CLEAR);
			assertThatThrownBy(() -> groups.reset(reset)).isInstanceOf(FatalStreamException.class)
				.hasMessageContaining("runs")
				.hasMessageContaining(member);
			assertThat(lag(groups, group)).isZero();

			// Through a pause it goes, and every key is counted from one again.
			groups.pause(group, "it is replayed");
			BackendCases.eventually().until(() -> app.status(group).state() == ProcessorStatus.State.PAUSED);
			stopped(app, group);
			groups.reset(reset);
			assertThat(groups.describe(group).pause()).isNotNull();
			assertThat(lag(groups, group)).isEqualTo(12);
			groups.resume(group);
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(24));
			List<Item> sorted = new ArrayList<>(items(out));
			assertThat(sorted).contains(new Item("key0-0", 1), new Item("key5-1", 2))
				.allSatisfy((item) -> assertThat(item.number()).isLessThanOrEqualTo(2));
		}
	}

	@Test
	default void aReplayOfARangeRunsThatAgainAndNothingElse() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("range");
		String other = unique("bystander");
		ProcessorDefinition counting = counting(group, in, out);
		try (Application app = new Application(fixture())) {
			app.publish(in, IntStream.range(0, 20).mapToObj((number) -> Item.event("key", number)).toList());
			app.start(AdminCases.copying(other, in, unique("other")));
			run(counting, out, 20);
			GroupAdmin groups = stopped(app, group);
			StreamPartition log = new StreamPartition(in, Partitioner.partition("key", 3));
			List<Position> positions = fixture().read(in, log.partition())
				.stream()
				.map((record) -> record.position())
				.toList();
			BackendCases.eventually().until(() -> lag(groups, other) == 0);
			ResetReport report = groups
				.reset(GroupReset.of(group, new ResetTarget.Before(Map.of(log, positions.get(5))))
					.until(new ResetTarget.Before(Map.of(log, positions.get(8)))));
			assertThat(report.moved()).singleElement().satisfies((moved) -> assertThat(moved.keptDone()).isEqualTo(12));
			assertThat(lag(groups, group)).isEqualTo(3);
			assertThat(lag(groups, other)).isZero();
			run(counting, out, 23);
			assertThat(items(out).stream().skip(20).map(Item::key)).containsExactly("key-5", "key-6", "key-7");
			stopped(app, group);
			assertThat(lag(groups, group)).isZero();
		}
	}

	@Test
	default void aReplayBeyondWhatIsNotDoneYetRunsItsRangeAgain() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("beyond");
		AtomicBoolean healthy = new AtomicBoolean();
		ProcessorDefinition copying = ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			if (event.data().key().equals("slow") && !healthy.get()) {
				throw new IllegalStateException("not now");
			}
			context.emit(out, "copied", event.data());
		})
			.output(out)
			.onFailure(
					FailureHandler.retrying(new RetryPolicy(100, Duration.ofSeconds(4), 1, Duration.ofSeconds(4), 0)))
			.build();
		// Of another key and the same partition, so that it passes.
		int partition = Partitioner.partition("slow", 3);
		String fast = IntStream.range(0, 100)
			.mapToObj((i) -> "fast" + i)
			.filter((key) -> Partitioner.partition(key, 3) == partition)
			.findFirst()
			.orElseThrow();
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(Item.event("slow", 0)));
			app.publish(in, IntStream.range(1, 10).mapToObj((number) -> Item.event(fast, number)).toList());
			run(copying, out, 9);
			GroupAdmin groups = stopped(app, group);
			StreamPartition log = new StreamPartition(in, partition);
			List<Position> positions = fixture().read(in, partition)
				.stream()
				.map((record) -> record.position())
				.toList();
			groups.reset(GroupReset.of(group, new ResetTarget.Before(Map.of(log, positions.get(4))))
				.until(new ResetTarget.Before(Map.of(log, positions.get(7)))));
			assertThat(lag(groups, group)).isEqualTo(4);
			healthy.set(true);
			run(copying, out, 13);
			assertThat(items(out).stream().skip(9).map(Item::number)).containsExactlyInAnyOrder(0, 4, 5, 6);
		}
	}

	@Test
	@Asserts(Guarantee.RESET)
	default void parkedEventsRefuseAResetUnlessItIsSaidWhatBecomesOfThem() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("parked");
		AtomicBoolean failing = new AtomicBoolean(true);
		ProcessorDefinition parking = ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			if (failing.get() && event.data().key().equals("key")) {
				throw new IllegalStateException("not yet");
			}
			context.emit(out, "copied", event.data());
		})
			.output(out)
			.retries(ParkingCases.AT_ONCE)
			.onFailure(RetryCases.pausing(1_000, Duration.ofMinutes(10)))
			.build();
		try (Application app = new Application(fixture())) {
			app.publish(in, List.of(Item.event("key", 0), Item.event("key", 1), Item.event("key1", 0)));
			try (Application runs = new Application(fixture())) {
				runs.start(parking);
				BackendCases.eventually().until(() -> runs.status(group).parkedEvents() == 2);
				BackendCases.eventually().until(() -> lag(app.admin().groups(), group) == 0);
			}
			GroupAdmin groups = stopped(app, group);
			assertThat(groups.parked(group)).singleElement().satisfies((parked) -> {
				assertThat(parked).extracting(ParkedEvents::events).isEqualTo(2);
				assertThat(parked.failedSince()).isBetween(Instant.now().minusSeconds(120), Instant.now());
				assertThat(parked.nextAttempt()).isAfter(Instant.now().plusSeconds(60));
			});
			GroupReset reset = GroupReset.of(group, new ResetTarget.Earliest());
			assertThatThrownBy(() -> groups.reset(reset)).isInstanceOf(FatalStreamException.class)
				.hasMessageContaining("2 parked events");
			assertThat(lag(groups, group)).isZero();
			assertThat(groups.describe(group).pause()).isNull();
			assertThat(groups.reset(reset.with(GroupReset.Parked.DROP)).parked()).isEqualTo(2);
			assertThat(groups.parked(group)).isEmpty();
			failing.set(false);
			run(parking, out, 4);
			assertThat(items(out)).containsExactlyInAnyOrder(new Item("key", 0), new Item("key", 1),
					new Item("key1", 0), new Item("key1", 0));
		}
	}

	/** Nothing of the old place may mix with the new one. */
	@Test
	default void membersThatStartWhileAGroupIsResetWaitAndBeginAtTheNewPlace() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("race");
		ProcessorDefinition counting = counting(group, in, out);
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(60, 12));
			run(counting, out, 60);
			GroupAdmin groups = stopped(app, group);
			List<Throwable> failures = new CopyOnWriteArrayList<>();
			CountDownLatch reset = new CountDownLatch(1);
			Thread starting = Thread.ofVirtual().start(() -> {
				try (Application racing = new Application(fixture())) {
					racing.start(counting);
					reset.await();
					// More, when it had begun with a part of them and all were reset
					// again.
					BackendCases.eventually()
						.until(() -> items(out).size() >= 120 && racing.lag(counting).getOrDefault(in, 1L) == 0);
				}
				catch (Throwable ex) {
					failures.add(ex);
				}
			});
			try {
				resetUntilDone(groups, GroupReset.of(group, new ResetTarget.Earliest()).with(GroupReset.State.CLEAR));
			}
			finally {
				reset.countDown();
				starting.join();
			}
			assertThat(failures).isEmpty();
			assertThat(items(out).stream().filter((item) -> item.number() > 5)).isEmpty();
			assertThat(items(out).stream().distinct()).hasSize(60);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * When the member was faster, the reset is refused, or fenced: then through a pause.
	 */
	private static void resetUntilDone(GroupAdmin groups, GroupReset reset) {
		try {
			groups.reset(reset);
		}
		catch (FatalStreamException | FencedException ex) {
			groups.pause(reset.group(), "it is reset");
			BackendCases.eventually().until(() -> groups.describe(reset.group()).members().isEmpty());
			groups.reset(reset);
			groups.resume(reset.group());
		}
	}

}
