package io.doab.conformance;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.member.MemberBehaviour;
import io.doab.conformance.member.MemberBehaviour.Work;
import io.doab.conformance.member.MemberProcess;
import io.doab.stream.Event;
import io.doab.stream.Partitioner;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.error.InvalidEventException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Much of everything: keys of any text, many keys, many partitions, much state, more
 * events than memory.
 */
public interface LimitCases extends BackendCases {

	@Test
	default void anyTextIsAKeyOfItsOwn() {
		String in = unique("in");
		String out = unique("out");
		Set<String> keys = new HashSet<>(Set.of("", " ", "\u0000", "\r\n", "{P0}", "k".repeat(10_000)));
		Random random = new Random(5);
		while (keys.size() < 500) {
			keys.add(random.ints(1 + random.nextInt(20), 1, Character.MAX_CODE_POINT + 1)
				.filter((point) -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
				.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
				.toString());
		}
		ProcessorDefinition definition = MemberBehaviour.of("counted", unique("keys"), in, out)
			.doing(Work.COUNT)
			.definition();
		try (Application app = new Application(fixture())) {
			app.publish(in, keys.stream().map((key) -> Event.of("item", key, new Item(key, 0))).toList());
			app.start(definition);
			assertEachOnceInOrder(out, 500, 500);
		}
		// The next owner knows the keys' state from the server alone.
		try (Application app = new Application(fixture())) {
			app.publish(in, keys.stream().map((key) -> Event.of("item", key, new Item(key, 1))).toList());
			app.start(definition);
			assertEachOnceInOrder(out, 1_000, 500);
		}
		assertThat(read(out)).allSatisfy((record) -> assertThat(keys).contains(String.valueOf(record.event().key())));
	}

	/** Two such keys would be one when they are read. */
	@Test
	default void aKeyThatNoTextCanHoldIsRefused() {
		try (Application app = new Application(fixture())) {
			assertThat(app.publisher().publish(unique("in"), Item.event("half \uD83D of a pair", 0)))
				.failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.withCauseInstanceOf(InvalidEventException.class);
		}
	}

	@Test
	default void tenThousandKeysOnSixtyFourPartitions() {
		String in = unique("in");
		String out = unique("out");
		int partitions = 64;
		try (Application one = new Application(fixture(), Network.ONE, partitions);
				Application other = new Application(fixture(), Network.OTHER, partitions)) {
			ProcessorDefinition definition = MemberBehaviour.of("copied", unique("wide"), in, out)
				.doing(Work.COUNT)
				.definition();
			one.start(definition);
			other.start(definition);
			one.publish(in, Item.events(20_000, 10_000));
			assertEachOnceInOrder(out, 20_000, 10_000, partitions);
			BackendCases.eventually().untilAsserted(() -> {
				assertThat(one.status(definition.name()).partitions()).hasSize(partitions / 2);
				assertThat(other.status(definition.name()).partitions()).hasSize(partitions / 2);
			});
		}
	}

	/** By the bounds of partitions alone all of these could be, on either backend. */
	@Test
	default void sixtyFourPartitionsShareWhatMayBeInFlight() {
		String in = unique("in");
		String group = unique("full");
		int partitions = 64;
		int together = 40_000;
		int partAndRead = 625 + 500;
		CountDownLatch released = new CountDownLatch(1);
		try (Application app = new Application(fixture(), Network.ONE, partitions)) {
			app.publish(in, Item.events(150_000, 1_500));
			app.start(
					ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> released.await()).build());
			try {
				AtomicInteger last = new AtomicInteger();
				BackendCases.eventually().pollInterval(Duration.ofSeconds(1)).until(() -> {
					int now = app.status(group).inFlightEvents();
					return now == last.getAndSet(now) && now >= together / 2;
				});
				assertThat(last.get()).isLessThanOrEqualTo(together + partitions * partAndRead);
			}
			finally {
				released.countDown();
			}
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(IntStream.range(0, partitions)
					.mapToLong((partition) -> fixture().lag(group, in, partition))
					.sum()).isZero());
		}
	}

	@Test
	default void aHundredThousandStateEntriesAreTakenOver() {
		takeOverState(100_000, Duration.ofSeconds(10));
	}

	@Test
	@Tag("soak")
	default void aMillionStateEntriesAreTakenOver() {
		takeOverState(1_000_000, Duration.ofSeconds(60));
	}

	private void takeOverState(int entries, Duration limit) {
		MemberBehaviour behaviour = MemberBehaviour.of("first", unique("much"), unique("in"), unique("out"))
			.doing(Work.COUNT);
		try (Application source = new Application(fixture())) {
			try (Application first = new Application(fixture())) {
				first.start(behaviour.definition());
				for (int from = 0; from < entries; from += 10_000) {
					source.publish(behaviour.in(),
							IntStream.range(from, from + 10_000).mapToObj((i) -> Item.event("key" + i, 0)).toList());
				}
				BackendCases.eventually().atMost(limit.plusSeconds(entries / 2_000)).until(() -> noLag(behaviour));
			}
			try (Application next = new Application(fixture())) {
				next.start(behaviour.named("next").definition());
				source.publish(behaviour.in(),
						IntStream.range(0, 100).mapToObj((i) -> Item.event("key" + i * (entries / 100), 1)).toList());
				BackendCases.eventually().atMost(limit.plus(BUSY_MACHINE)).until(() -> noLag(behaviour));
			}
		}
		Map<Integer, Long> numbers = items(behaviour.out()).stream()
			.collect(Collectors.groupingBy(Item::number, Collectors.counting()));
		assertThat(numbers).isEqualTo(Map.of(0, (long) entries, 1, 100L));
	}

	private boolean noLag(MemberBehaviour behaviour) {
		return IntStream.range(0, 3)
			.allMatch((partition) -> fixture().lag(behaviour.group(), behaviour.in(), partition) == 0);
	}

	/** The process has 128 MB, and ends when that is not enough. */
	@Test
	default void aHandlerThatNeverReturnsCostsNoMemoryAndHoldsUpNoOtherPartition() {
		MemberBehaviour behaviour = MemberBehaviour.of("stuck", unique("stuck"), unique("in"), unique("out"))
			.doing(Work.HANG);
		String stuckKey = "stuck";
		List<String> others = IntStream.range(0, 100)
			.mapToObj((i) -> "key" + i)
			.filter((key) -> Partitioner.partition(key, 3) != Partitioner.partition(stuckKey, 3))
			.toList();
		String large = "x".repeat(800_000);
		try (Application source = new Application(fixture())) {
			source.publish(behaviour.in(), List.of(Event.of("item", stuckKey, new Item(large, -1))));
			for (int i = 0; i < 20; i++) {
				source.publish(behaviour.in(),
						IntStream.range(0, 10)
							.mapToObj((n) -> Event.of("item", stuckKey, new Item(large, n)))
							.toList());
			}
			try (MemberProcess member = MemberProcess.start(fixture(), Network.ONE, behaviour)) {
				for (int round = 0; round < 20; round++) {
					int number = round;
					source.publish(behaviour.in(), others.stream().map((key) -> Item.event(key, number)).toList());
					BackendCases.pass(Duration.ofMillis(100));
				}
				assertEachOnceInOrder(behaviour.out(), 20 * others.size(), others.size());
				BackendCases.pass(Duration.ofSeconds(1));
				assertThat(member.isAlive()).as("the process, which logged %s", member.logTail()).isTrue();
			}
		}
	}

}
