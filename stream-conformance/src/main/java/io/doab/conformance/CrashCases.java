package io.doab.conformance;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.conformance.member.MemberProcess;
import io.doab.conformance.member.MemberSpec;
import io.doab.stream.Delivery;
import io.doab.stream.StartAt;
import io.doab.stream.StreamDefinition;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StateKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Handlers that end their process: members here are processes of their own.
 */
public interface CrashCases extends BackendCases {

	/** The first delivery, and those after a crash. */
	int DELIVERIES = 1 + 3;

	@Test
	default void anEventThatEndsItsProcessIsDeadLetteredAndNoOtherIs(@TempDir Path folder) throws Exception {
		String in = unique("in");
		String out = unique("out");
		String group = unique("crash");
		String killer = "key7-2";
		Path journal = folder.resolve("begun");
		MemberSpec spec = MemberSpec.copying(fixture(), group, in, out, journal).haltingAt(killer).handlingFor(5);
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(300, 30));
			for (int death = 0; death < DELIVERIES; death++) {
				endOf(spec);
			}
			try (MemberProcess survivor = MemberProcess.start(spec)) {
				BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(299));
				assertThat(survivor.isAlive()).isTrue();
				survivor.stop();
			}
		}
		assertThat(BackendCases.ids(read(out))).doesNotHaveDuplicates();
		assertInOrderWithout(out, new Item("key7", 2));
		assertThat(read(StreamDefinition.deadLetterOf(in))).singleElement().satisfies((letter) -> {
			assertThat(letter.event().attributes()).containsEntry("id", killer)
				.containsEntry("dlattempts", String.valueOf(DELIVERIES))
				.containsEntry("dlexception", "io.doab.stream.engine.ProcessEndedException");
			assertThat(letter.event().attributes().get("dlmessage")).contains("The process ended");
		});
		assertNothingIsMarked(group, in);
		assertThat(Collections.frequency(spec.begun(), killer)).isEqualTo(DELIVERIES);
		assertThat(lag(group, in)).isZero();
	}

	@Test
	@Asserts(Guarantee.AT_MOST_ONCE)
	default void whatIsDeliveredAtMostOnceIsNotRunAgainAfterItsProcessEnded(@TempDir Path folder) throws Exception {
		String in = unique("in");
		String out = unique("out");
		String group = unique("atmostonce");
		Path journal = folder.resolve("begun");
		MemberSpec spec = MemberSpec.copying(fixture(), group, in, out, journal)
			.haltingAt("key7-2")
			.handlingFor(20)
			.delivering(Delivery.AT_MOST_ONCE);
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(300, 30));
			endOf(spec);
			try (MemberProcess survivor = MemberProcess.start(spec)) {
				BackendCases.eventually().until(() -> lag(group, in) == 0 && read(out).size() >= 300 - 2 * 30);
				assertThat(survivor.isAlive()).isTrue();
				survivor.stop();
			}
		}
		// What was lost is what was in hand: one of each key, and what it had emitted.
		assertThat(BackendCases.ids(read(out))).doesNotHaveDuplicates().hasSizeBetween(300 - 2 * 30, 299);
		assertThat(items(out)).doesNotContain(new Item("key7", 2)).contains(new Item("key7", 3));
		assertThat(spec.begun()).doesNotHaveDuplicates();
		assertThat(read(StreamDefinition.deadLetterOf(in))).isEmpty();
	}

	@Test
	@Asserts(Guarantee.AT_LEAST_ONCE)
	default void whatIsDeliveredAtLeastOnceIsRunAgainAfterItsProcessEnded(@TempDir Path folder) throws Exception {
		String in = unique("in");
		String out = unique("out");
		String group = unique("atleastonce");
		Path journal = folder.resolve("begun");
		MemberSpec spec = MemberSpec.copying(fixture(), group, in, out, journal)
			.haltingOnceAt("key7-2")
			.handlingFor(20)
			.delivering(Delivery.AT_LEAST_ONCE);
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(300, 30));
			endOf(spec);
			try (MemberProcess survivor = MemberProcess.start(spec)) {
				BackendCases.eventually().until(() -> lag(group, in) == 0);
				assertThat(survivor.isAlive()).isTrue();
				survivor.stop();
			}
		}
		assertThat(Set.copyOf(items(out))).hasSize(300);
		assertThat(Collections.frequency(spec.begun(), "key7-2")).isEqualTo(2);
		assertThat(read(StreamDefinition.deadLetterOf(in))).isEmpty();
	}

	private static void endOf(MemberSpec spec) throws Exception {
		try (MemberProcess member = MemberProcess.start(spec)) {
			member.ended().get(60, TimeUnit.SECONDS);
		}
	}

	private long lag(String group, String in) {
		return IntStream.range(0, 3).mapToLong((partition) -> fixture().lag(group, in, partition)).sum();
	}

	/** A partition that was given up in good order has no suspects, and no marks. */
	private void assertNothingIsMarked(String group, String in) {
		GroupSpec spec = new GroupSpec(group, List.of(in), 3, Set.of(), false, StartAt.EARLIEST, 100);
		try (Application app = new Application(fixture());
				OwnershipCases.Member next = new OwnershipCases.Member(app, spec)) {
			next.pollUntilOwning(3);
			for (int partition = 0; partition < 3; partition++) {
				PartitionOwnership ownership = next.owning(partition);
				assertThat(ownership.formerOwnerVanished()).isFalse();
				assertThat(ownership.readState(List.of(new StateKey("#suspects", "marks"))).join()).containsOnlyNulls();
			}
		}
	}

	private void assertInOrderWithout(String out, Item missing) {
		Map<String, List<Integer>> byKey = items(out).stream()
			.collect(Collectors.groupingBy(Item::key, Collectors.mapping(Item::number, Collectors.toList())));
		assertThat(byKey).hasSize(30);
		byKey.forEach(
				(key, numbers) -> assertThat(numbers).as(key).isSorted().hasSize(key.equals(missing.key()) ? 9 : 10));
		assertThat(byKey.get(missing.key())).doesNotContain(missing.number());
	}

}
