package io.doab.conformance;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;

import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.EventSearch;
import io.doab.stream.FoundEvent;
import io.doab.stream.GroupAdmin;
import io.doab.stream.GroupDescription;
import io.doab.stream.Lag;
import io.doab.stream.Partitioner;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.QueueDefinition;
import io.doab.stream.QueueOutcome;
import io.doab.stream.RetentionLimits;
import io.doab.stream.SearchProgress;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamDescription;
import io.doab.stream.StreamPartition;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.spi.StreamRecord;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What operators see of streams and groups, and how they pause them.
 */
public interface AdminCases extends BackendCases {

	/** A processor that copies. */
	static ProcessorDefinition copying(String group, String in, String out) {
		return ProcessorDefinition.named(group)
			.on(in, Item.class, (event, context) -> context.emit(out, "copied", event.data()))
			.output(out)
			.build();
	}

	@Test
	default void aStreamIsDescribedByWhatItHolds() {
		String in = unique("in");
		try (Application app = new Application(fixture())) {
			assertThatThrownBy(() -> app.admin().describe(in)).isInstanceOf(IllegalArgumentException.class)
				.hasMessageContaining("There is no stream '" + in + "'");
			app.admin().create(StreamDefinition.of(in));
			assertThat(app.admin().describe(in).partitions()).hasSize(3)
				.allSatisfy((empty) -> assertThat(empty.first()).isNull());

			Instant before = Instant.now().minusSeconds(1);
			app.publish(in, Item.events(20, 5));
			StreamDescription described = app.admin().describe(in);
			assertThat(app.admin().streams()).contains(in);
			assertThat(described.events()).isEqualTo(20);
			for (StreamDescription.Partition partition : described.partitions()) {
				List<StreamRecord> records = fixture().read(in, partition.partition());
				assertThat(partition.events()).isEqualTo(records.size());
				if (!records.isEmpty()) {
					assertThat(partition.first()).isNotNull()
						.extracting(StreamDescription.Stored::position)
						.isEqualTo(records.getFirst().position());
					assertThat(partition.last()).isNotNull().satisfies((last) -> {
						assertThat(last.position()).isEqualTo(records.getLast().position());
						assertThat(last.time()).isBetween(before, Instant.now().plusSeconds(1));
					});
					assertThat(partition.bytes()).isPositive();
				}
			}
		}
	}

	@Test
	default void whoCreatesAStreamPublishesToItAsItWasMade() {
		String wide = unique("wide");
		String configured = unique("configured");
		try (Application app = new Application(fixture(), Network.ONE,
				List.of(StreamDefinition.of(configured).withPartitions(2)))) {
			app.admin()
				.create(StreamDefinition.of(wide)
					.withPartitions(6)
					.withRetention(Duration.ofDays(2), RetentionLimits.NONE));
			app.publish(wide, Item.events(60, 30));
			StreamDescription described = app.admin().describe(wide);
			assertThat(described.retention()).isEqualTo(Duration.ofDays(2));
			assertThat(described.partitions()).hasSize(6)
				.allSatisfy((partition) -> assertThat(fixture().read(wide, partition.partition())).allSatisfy(
						(record) -> assertThat(Partitioner.partition(Objects.requireNonNull(record.event().key()), 6))
							.isEqualTo(partition.partition())));
			assertThat(described.events()).isEqualTo(60);
			assertThatIllegalArgumentException()
				.isThrownBy(() -> app.admin().create(StreamDefinition.of(unique("later")).withDelayed()))
				.withMessageContaining("delayed=true");
			// What the application itself says holds.
			app.admin().create(StreamDefinition.of(configured).withPartitions(4));
			assertThatExceptionOfType(FatalStreamException.class).isThrownBy(() -> app.declare(configured))
				.withMessageContaining("4 partitions");
		}
	}

	@Test
	default void theLagOfAGroupIsTheTruthAfterEveryStep() throws InterruptedException {
		String in = unique("in");
		String out = unique("out");
		String group = unique("lag");
		CountDownLatch held = new CountDownLatch(1);
		ProcessorDefinition holding = ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			if (event.data().equals(new Item("key0", 0))) {
				held.await();
			}
			context.emit(out, "copied", event.data());
		}).output(out).build();
		try (Application app = new Application(fixture())) {
			GroupAdmin groups = app.admin().groups();
			assertThatThrownBy(() -> groups.describe(group)).isInstanceOf(IllegalArgumentException.class)
				.hasMessageContaining("There is no group '" + group + "'");
			app.publish(in, Item.events(60, 12));
			app.start(holding);
			// Of key0 none can go on, all others can: done beyond the prefix.
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(55));
			BackendCases.eventually().untilAsserted(() -> {
				GroupDescription described = groups.describe(group);
				assertThat(described.lag().events()).isEqualTo(5);
				assertThat(described.lag().exact()).isTrue();
				assertThat(described.lag().age()).isBetween(Duration.ofMillis(1), Duration.ofMinutes(2));
			});
			GroupDescription.Input behind = groups.describe(group)
				.partitions()
				.get(Partitioner.partition("key0", 3))
				.inputs()
				.getFirst();
			assertThat(behind.doneBeyond()).isPositive();
			assertThat(groups.describe(group).inputs()).containsExactly(in);
			assertThat(app.admin().describe(in).groups()).contains(group);
			held.countDown();
			BackendCases.eventually().untilAsserted(() -> assertThat(groups.describe(group).lag()).isEqualTo(Lag.NONE));
		}
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(7, 7));
			assertThat(app.admin().groups().describe(group).lag().events()).isEqualTo(7);
			BackendCases.eventually().until(() -> app.admin().groups().describe(group).members().isEmpty());
			fixture().deleteGroup(group, in, 3);
			assertThat(app.admin().groups().describe(group).lag().events()).isEqualTo(7);
			assertThat(app.admin().groups().names()).contains(group);
		}
	}

	@Test
	default void whatTransactionsLeaveInALogIsNoLag() {
		String in = unique("in");
		String mid = unique("mid");
		String out = unique("out");
		String second = unique("second");
		try (Application app = new Application(fixture())) {
			app.start(copying(second, mid, out));
			BackendCases.eventually().until(() -> app.status(second).partitions().size() == 3);
			app.control().pause(second);
			BackendCases.eventually().until(() -> app.status(second).state() == ProcessorStatus.State.PAUSED);
			app.start(copying(unique("first"), in, mid));
			for (int round = 0; round < 2; round++) {
				app.publish(in, Item.events(5, 5));
				int expected = 5 * (round + 1);
				BackendCases.eventually().untilAsserted(() -> assertThat(items(mid)).hasSize(expected));
				assertThat(app.admin().groups().describe(second).lag().events()).isEqualTo(expected);
			}
		}
	}

	@Test
	default void ownersAndEpochsChangeWithATakeOver() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("owners");
		try (Application one = new Application(fixture())) {
			GroupAdmin groups = one.admin().groups();
			GroupDescription alone;
			try (Application other = new Application(fixture(), Network.OTHER)) {
				other.start(copying(group, in, out));
				BackendCases.eventually().until(() -> other.status(group).partitions().size() == 3);
				BackendCases.eventually()
					.untilAsserted(() -> assertThat(owners(groups.describe(group))).hasSize(1).doesNotContain("none"));
				alone = groups.describe(group);
				assertThat(alone.members()).singleElement()
					.satisfies((member) -> assertThat(member.partitions()).containsExactlyInAnyOrder(0, 1, 2));
				assertThat(alone.members().getFirst().id()).contains("-" + ProcessHandle.current().pid() + "-");
				assertThat(alone.partitions()).allSatisfy((partition) -> assertThat(partition.epoch()).isPositive());

				one.start(copying(group, in, out));
				BackendCases.eventually()
					.untilAsserted(() -> assertThat(owners(groups.describe(group))).hasSize(2).doesNotContain("none"));
				assertThat(groups.describe(group).members()).hasSize(2);
			}
			String former = alone.members().getFirst().id();
			BackendCases.eventually()
				.untilAsserted(
						() -> assertThat(owners(groups.describe(group))).hasSize(1).doesNotContain("none", former));
			GroupDescription after = groups.describe(group);
			assertThat(after.members()).hasSize(1);
			for (int partition = 0; partition < 3; partition++) {
				assertThat(after.partitions().get(partition).epoch())
					.isGreaterThan(alone.partitions().get(partition).epoch());
			}
		}
	}

	private static Set<String> owners(GroupDescription group) {
		Set<String> owners = new TreeSet<>();
		group.partitions().forEach((partition) -> owners.add((partition.owner() != null) ? partition.owner() : "none"));
		return owners;
	}

	@Test
	default void aPausedGroupDrainsAndKeepsOutInAllProcessesUntilItIsResumed() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("pause");
		try (Application one = new Application(fixture());
				Application other = new Application(fixture(), Network.OTHER)) {
			one.start(copying(group, in, out));
			BackendCases.eventually().until(() -> one.status(group).partitions().size() == 3);
			one.publish(in, Item.events(10, 5));
			BackendCases.eventually().untilAsserted(() -> assertThat(items(out)).hasSize(10));

			other.admin().groups().pause(group, "a table is moved");
			BackendCases.eventually().until(() -> one.status(group).state() == ProcessorStatus.State.PAUSED);
			assertThat(one.status(group).reason()).contains("a table is moved");
			// One that starts meanwhile waits.
			other.start(copying(group, in, out));
			BackendCases.eventually().until(() -> other.status(group).state() == ProcessorStatus.State.PAUSED);
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(one.admin().groups().describe(group).members()).isEmpty());
			assertThat(one.admin().groups().describe(group).pause()).isNotNull();
			one.publish(in, List.of(Item.event("key0", 2), Item.event("key1", 2)));
			assertThat(one.admin().groups().describe(group).lag().events()).isEqualTo(2);
			assertThat(items(out)).hasSize(10);

			other.admin().groups().resume(group);
			assertEachOnceInOrder(out, 12, 5);
			assertThat(one.admin().groups().describe(group).pause()).isNull();
		}
	}

	@Test
	default void whatHeedsNoPauseIsNotSaidToBePaused() {
		String in = unique("in");
		String queue = unique("queue");
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(3, 3));
			QueueDefinition definition = QueueDefinition.named(queue)
				.on(in, Item.class, (event, context) -> QueueOutcome.acknowledge())
				.build();
			app.start(definition);
			BackendCases.eventually().until(() -> app.lag(definition) == 0);
			// As each of the backends calls it.
			for (String group : List.of(queue, "queue:" + queue)) {
				assertThatIllegalArgumentException().isThrownBy(() -> app.admin().groups().pause(group, "a test"))
					.withMessageContaining(group);
			}
		}
	}

	@Test
	default void aProcessorThatIsPausedInOneProcessLeavesItsPartitionsToTheOthers() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("here");
		try (Application one = new Application(fixture());
				Application other = new Application(fixture(), Network.OTHER)) {
			one.start(copying(group, in, out));
			BackendCases.eventually().until(() -> one.status(group).partitions().size() == 3);
			assertThatThrownBy(() -> one.control().pause("nobody")).isInstanceOf(IllegalArgumentException.class)
				.hasMessageContaining("nobody");
			other.start(copying(group, in, out));
			one.control().pause(group);
			BackendCases.eventually().until(() -> other.status(group).partitions().size() == 3);
			BackendCases.eventually().until(() -> one.status(group).state() == ProcessorStatus.State.PAUSED);
			other.control().pause(group);
			one.control().resume(group);
			BackendCases.eventually().until(() -> one.status(group).partitions().size() == 3);
		}
	}

	@Test
	default void eventsAreFoundByKeyTimeAndHeaderUpToALimit() {
		String in = unique("in");
		try (Application app = new Application(fixture())) {
			app.publish(in, Item.events(30, 6));
			BackendCases.pass(Duration.ofMillis(20));
			Instant between = Instant.now();
			BackendCases.pass(Duration.ofMillis(20));
			app.publish(in, List.of(Item.event("key0", 5).withHeader("tenant", "blue"), Item.event("key1", 5)));

			assertThat(ids(app, EventSearch.in(in).withKey("key0"))).containsExactly("key0-0", "key0-1", "key0-2",
					"key0-3", "key0-4", "key0-5");
			assertThat(ids(app, EventSearch.in(in).withKey("key0").between(null, between))).hasSize(5);
			assertThat(ids(app, EventSearch.in(in).between(between, null))).containsExactlyInAnyOrder("key0-5",
					"key1-5");
			assertThat(ids(app, EventSearch.in(in).withHeader("tenant", "blue"))).containsExactly("key0-5");
			assertThat(ids(app, EventSearch.in(in).withHeader("id", "key3-2"))).containsExactly("key3-2");
			assertThat(ids(app, EventSearch.in(in).withLimit(4))).hasSize(4);
			assertThat(ids(app, EventSearch.in(in).withPartition(1)))
				.isEqualTo(BackendCases.ids(fixture().read(in, 1)));
			SearchProgress all = app.admin().search(EventSearch.in(in), (event) -> {
			}, (progress) -> {
			});
			assertThat(all.scanned()).isEqualTo(32);
			assertThat(all.found()).isEqualTo(32);
			assertThatThrownBy(() -> ids(app, EventSearch.in(in).withPartition(3)))
				.isInstanceOf(IllegalArgumentException.class)
				.hasMessageContaining("partitions 0 to 2");
		}
	}

	private static List<String> ids(Application app, EventSearch search) {
		List<FoundEvent> found = new ArrayList<>();
		app.admin().search(search, found::add, (progress) -> {
		});
		assertThat(found).allSatisfy((event) -> assertThat(event.partition()).extracting(StreamPartition::stream)
			.isEqualTo(search.stream()));
		return found.stream().map((event) -> event.event().id()).toList();
	}

}
