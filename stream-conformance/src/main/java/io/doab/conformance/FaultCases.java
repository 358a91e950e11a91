package io.doab.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Ability;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.member.MemberBehaviour;
import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.Guarantee;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What holds while connections and servers break.
 */
public interface FaultCases extends BackendCases {

	@Test
	default void aConnectionThatIsCutAgainAndAgainNeitherLosesNorDoubles() {
		String in = unique("in");
		String out = unique("out");
		try (Application app = new Application(fixture(), Network.OTHER);
				Application source = new Application(fixture(), Network.ONE)) {
			app.start(ProcessingCases.copy(unique("copy"), in, out).deduplicate(Duration.ofHours(1)).build());
			CompletableFuture<Void> publishing = source.publishSlowly(in, 5_000, 50);
			while (!publishing.isDone()) {
				BackendCases.eventually().pollDelay(Duration.ofMillis(150)).until(() -> true);
				fixture().faults(Network.OTHER).cut();
			}
			publishing.join();
			assertEachOnceInOrder(out, 5_000, 50);
		}
	}

	@Test
	@Asserts(Guarantee.COMMIT_ONCE)
	default void aReplyThatIsLostDoesNotApplyACommitTwice() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("copy");
		try (Application app = new Application(fixture(), Network.OTHER);
				Application source = new Application(fixture(), Network.ONE)) {
			app.start(ProcessingCases.copy(group, in, out).build());
			BackendCases.eventually().until(() -> app.status(group).partitions().size() == 3);
			for (int round = 0; round < 3; round++) {
				List<Event<Item>> events = new ArrayList<>();
				for (int i = 0; i < 100; i++) {
					events.add(Item.event("key" + i, round));
				}
				CompletableFuture<Void> publishing = BackendCases.inBackground(() -> source.publish(in, events));
				int expected = 100 * round + 1;
				BackendCases.eventually().pollInterval(Duration.ofMillis(5)).until(() -> read(out).size() >= expected);
				fixture().faults(Network.OTHER).swallowReplies();
				BackendCases.eventually().pollDelay(Duration.ofMillis(300)).until(() -> true);
				fixture().faults(Network.OTHER).restore();
				publishing.join();
				int all = 100 * (round + 1);
				BackendCases.eventually().untilAsserted(() -> assertThat(read(out)).hasSizeGreaterThanOrEqualTo(all));
			}
			assertEachOnceInOrder(out, 300, 100);
		}
	}

	@Test
	@Asserts(Guarantee.STORED)
	default void aServerThatIsKilledAndComesBackLosesNothingAccepted() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("copy");
		try (Application app = new Application(fixture()); Application source = new Application(fixture())) {
			app.start(ProcessingCases.copy(group, in, out).deduplicate(Duration.ofHours(1)).build());
			CompletableFuture<Void> publishing = source.publishSlowly(in, 3_000, 30);
			BackendCases.eventually().until(() -> !read(out).isEmpty());
			fixture().restartServer();
			publishing.join();
			assertEachOnceInOrder(out, 3_000, 30);
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(app.status(group).state()).isEqualTo(ProcessorStatus.State.RUNNING));
		}
	}

	@Test
	default void aBackendThatIsAwayIsSaidToBeAndComesBack() {
		String in = unique("in");
		String out = unique("out");
		String other = unique("other");
		String group = unique("copy");
		try (Application app = new Application(fixture(), Network.OTHER)) {
			app.declare(other);
			app.start(ProcessingCases.copy(group, in, out).build());
			BackendCases.eventually().until(() -> app.status(group).state() == ProcessorStatus.State.RUNNING);
			fixture().faults(Network.OTHER).refuse();
			try {
				// It may find the connection half way down, and be stored.
				assertThat(app.publisher().publish(other, Item.event("key", 0))).failsWithin(Duration.ofSeconds(30))
					.withThrowableThat()
					.withCauseInstanceOf(RetriableException.class);
				assertThat(app.backend().status().up()).isFalse();
			}
			finally {
				fixture().faults(Network.OTHER).restore();
			}
			app.publishSlowly(in, 100, 10).join();
			assertEachOnceInOrder(out, 100, 10);
			assertThat(app.backend().status().up()).isTrue();
		}
	}

	@Test
	default void aServerThatStandsStillShorterOrLongerThanASessionLosesNothing() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("copy");
		AtomicBoolean enough = new AtomicBoolean();
		try (Application app = new Application(fixture()); Application source = new Application(fixture())) {
			app.start(ProcessingCases.copy(group, in, out).deduplicate(Duration.ofHours(1)).build());
			CompletableFuture<Integer> publishing = source.publishUntil(enough::get, in, 15);
			for (Duration pause : List.of(fixture().sessionTime().dividedBy(2),
					fixture().sessionTime().plusSeconds(1))) {
				int before = read(out).size();
				BackendCases.eventually().until(() -> read(out).size() > before + 100);
				fixture().pauseServer();
				try {
					BackendCases.pass(pause);
				}
				finally {
					fixture().resumeServer();
				}
			}
			int before = read(out).size();
			BackendCases.eventually().until(() -> read(out).size() > before + 100);
			enough.set(true);
			assertEachOnceInOrder(out, publishing.join(), 15);
		}
	}

	@Test
	default void aGroupThatTheServerForgotGoesOnAtItsCheckpoint() {
		String in = unique("in");
		String out = unique("out");
		ProcessorDefinition definition = MemberBehaviour.of("counted", unique("forgotten"), in, out)
			.doing(MemberBehaviour.Work.COUNT)
			.definition();
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(300, 30));
			app.start(definition);
			assertEachOnceInOrder(out, 300, 30);
			BackendCases.eventually().untilAsserted(() -> {
				for (int partition = 0; partition < 3; partition++) {
					assertThat(fixture().lag(definition.name(), in, partition)).isZero();
				}
			});
		}
		fixture().deleteGroup(definition.name(), in, 3);
		try (Application app = new Application(fixture())) {
			app.start(definition);
			app.publish(in, IntStream.range(0, 30).mapToObj((i) -> Item.event("key" + i, 10)).toList());
			assertEachOnceInOrder(out, 330, 30);
		}
	}

	@Test
	default void aFullServerRefusesClearlyAndLosesNothingThatItAccepted() {
		if (!fixture().abilities().contains(Ability.FILL_UP)) {
			assertThatThrownBy(() -> fixture().fillUp()).isInstanceOf(UnsupportedOperationException.class);
			return;
		}
		String in = unique("in");
		String out = unique("out");
		String group = unique("copy");
		try (Application app = new Application(fixture())) {
			app.declare(in, out);
			app.publish(in, Item.events(300, 30));
			fixture().fillUp();
			try {
				assertThat(app.publisher().publish(in, Item.event("key0", 10))).failsWithin(Duration.ofSeconds(10))
					.withThrowableThat()
					.withCauseInstanceOf(RetriableException.class)
					.withMessageContaining("memory");
				app.start(ProcessingCases.copy(group, in, out).build());
				BackendCases.eventually()
					.untilAsserted(() -> assertThat(app.status(group).reason()).contains("memory"));
				assertThat(read(out)).isEmpty();
			}
			finally {
				fixture().makeRoom();
			}
			app.publish(in, IntStream.range(0, 30).mapToObj((i) -> Item.event("key" + i, 10)).toList());
			assertEachOnceInOrder(out, 330, 30);
			assertThat(app.status(group).state()).isEqualTo(ProcessorStatus.State.RUNNING);
		}
	}

	@Test
	@Asserts(Guarantee.FAILOVER)
	default void afterAFailoverToAServerThatLacksCommitsNothingThatItHasIsSkippedOrDoubled() {
		if (!fixture().abilities().contains(Ability.FAIL_OVER)) {
			assertThatThrownBy(() -> fixture().newStandby()).isInstanceOf(UnsupportedOperationException.class);
			return;
		}
		String in = unique("in");
		String out = unique("out");
		try (Application app = new Application(fixture(), Network.OTHER)) {
			app.start(MemberBehaviour.of("counted", unique("count"), in, out)
				.doing(MemberBehaviour.Work.COUNT)
				.definition());
			app.publish(in, Item.events(200, 20));
			assertEachOnceInOrder(out, 200, 20);
			BackendFixture.Standby standby = fixture().newStandby();
			standby.awaitInStep();
			standby.fallBehind();
			List<Event<Item>> lost = IntStream.range(0, 100)
				.mapToObj((i) -> Item.event("key" + i % 20, 10 + i / 20))
				.toList();
			app.publish(in, lost);
			assertEachOnceInOrder(out, 300, 20);
			standby.takeOver();
			IntStream.range(0, 20).forEach((i) -> app.publishUntilAccepted(in, Item.event("key" + i, 10)));
			// What was lost is lost with its outputs and its state.
			assertEachOnceInOrder(out, 220, 20);
		}
	}

	@Test
	default void aProcessorWhoseBackendIsAwaySaysSoOnceInAWhileAndNotAtEveryAttempt() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("quiet");
		try (LogCapture logged = LogCapture.of("io.doab", group);
				Application app = new Application(fixture(), Network.OTHER)) {
			app.start(ProcessingCases.copy(group, in, out).build());
			BackendCases.eventually().until(() -> app.status(group).partitions().size() == 3);
			fixture().faults(Network.OTHER).refuse();
			try {
				BackendCases.pass(fixture().sessionTime());
				BackendCases.eventually().during(Duration.ofSeconds(3)).untilAsserted(() -> {
					assertThat(app.status(group).state()).isNotEqualTo(ProcessorStatus.State.RUNNING);
					assertThat(app.status(group).reason()).isNotEmpty();
				});
				// What it lost, partition by partition, and of each that tries the
				// first, second, fourth, … attempt.
				assertThat(logged.warnings()).isNotEmpty().hasSizeLessThan(20);
			}
			finally {
				fixture().faults(Network.OTHER).restore();
			}
			app.publishSlowly(in, 100, 10).join();
			assertEachOnceInOrder(out, 100, 10);
			BackendCases.eventually()
				.until(() -> app.status(group).state() == ProcessorStatus.State.RUNNING
						&& app.status(group).reason() == null);
		}
	}

}
