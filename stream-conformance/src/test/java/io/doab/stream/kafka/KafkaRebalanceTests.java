package io.doab.stream.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.OwnershipCases;
import io.doab.conformance.ProcessingCases;
import io.doab.conformance.kafka.KafkaFixture;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StartAt;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.FencedException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.GroupMember;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.OwnershipListener;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StateChange;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.WireEvent;

import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ThrowingRunnable;

import org.jspecify.annotations.Nullable;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the consumer protocol promises: what stays with a member is not touched, and the
 * epochs that come and go with other members cost nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaRebalanceTests implements BackendCases {

	private static final int STATE_ENTRIES = 10_000;

	private static final int ENTRIES_A_COMMIT = 1_000;

	private KafkaFixture fixture;

	@BeforeAll
	void startServer() {
		this.fixture = new KafkaFixture();
	}

	@AfterAll
	void stopServer() {
		this.fixture.close();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

	@Test
	void whatStaysKeepsItsOwnershipAndCommitsOnWhileAnotherMemberJoins() throws Exception {
		String in = unique("in");
		String out = unique("out");
		GroupSpec spec = spec(unique("stays"), 3, in);
		try (Application app = new Application(this.fixture)) {
			app.declare(in, out);
			try (OwnershipCases.Member first = new OwnershipCases.Member(app, spec);
					OwnershipCases.Member second = new OwnershipCases.Member(app, spec)) {
				first.pollUntilOwning(3);
				assertThat(describe(spec.group()).type()).isEqualTo(GroupType.CONSUMER);
				Set<PartitionOwnership> before = Set.copyOf(first.owned.values());
				CompletableFuture<Void> joining = BackendCases.inBackground(() -> second.pollUntilOwning(1));
				List<CompletableFuture<Void>> commits = new ArrayList<>();
				while (!joining.isDone()) {
					first.poll();
					first.owned.values()
						.forEach((ownership) -> commits
							.add(ownership.commit(event(ownership, out, "n" + commits.size()))));
				}
				joining.join();
				assertThat(commits).allSatisfy((commit) -> assertThat(commit).succeedsWithin(Duration.ofSeconds(5)));
				assertThat(first.owned.values()).hasSize(2);
				assertThat(before).containsAll(first.owned.values());
				awaitThat(() -> assertThat(BackendCases.ids(read(out))).hasSameSizeAs(commits).doesNotHaveDuplicates());
			}
		}
	}

	@Test
	void aCommitUnderAnEpochThatIsOverIsMadeAgainUnderTheNewOne() {
		String in = unique("in");
		String out = unique("out");
		GroupSpec spec = spec(unique("stale"), 1, in);
		try (Application app = new Application(this.fixture, Network.ONE, 1)) {
			app.declare(in, out);
			try (OwnershipCases.Member owner = new OwnershipCases.Member(app, spec);
					OwnershipCases.Member guest = new OwnershipCases.Member(app, spec)) {
				owner.pollUntilOwning(1);
				PartitionOwnership ownership = owner.owning(0);
				awaitNextEpoch(spec, guest);
				CompletableFuture<Void> commit = ownership.commit(event(ownership, out, "under the old epoch"));
				BackendCases.eventually().pollDelay(Duration.ofMillis(500)).until(() -> true);
				assertThat(commit).isNotDone();
				owner.poll();
				assertThat(commit).succeedsWithin(Duration.ofSeconds(5));
				assertThat(owner.owned.values()).containsExactly(ownership);
				awaitThat(() -> assertThat(BackendCases.ids(this.fixture.read(out, 0)))
					.containsExactly("under the old epoch"));
			}
		}
	}

	/** A commit is done before the broker has put its mark into every output. */
	private static void awaitThat(ThrowingRunnable assertion) {
		BackendCases.eventually().untilAsserted(assertion);
	}

	/** A member joins that gets nothing, and all members are under the epoch after it. */
	private void awaitNextEpoch(GroupSpec spec, OwnershipCases.Member guest) {
		BackendCases.eventually().until(() -> {
			guest.poll();
			ConsumerGroupDescription group = describe(spec.group());
			Optional<Integer> epoch = group.groupEpoch();
			return group.members().size() == 2
					&& group.members().stream().allMatch((member) -> member.memberEpoch().equals(epoch));
		});
	}

	@Test
	void whatWasGivenUpIsNotCommittedUnderTheEpochThatFollows() {
		String in = unique("in");
		String out = unique("out");
		GroupSpec spec = spec(unique("given"), 3, in);
		try (Application app = new Application(this.fixture)) {
			app.declare(in, out);
			try (OwnershipCases.Member first = new OwnershipCases.Member(app, spec);
					OwnershipCases.Member second = new OwnershipCases.Member(app, spec)) {
				first.pollUntilOwning(3);
				List<PartitionOwnership> before = List.copyOf(first.owned.values());
				CompletableFuture<Void> joining = BackendCases.inBackground(() -> second.pollUntilOwning(1));
				BackendCases.eventually().until(() -> {
					first.poll();
					return joining.isDone();
				});
				PartitionOwnership given = before.stream()
					.filter((ownership) -> !first.owned.values().contains(ownership))
					.findFirst()
					.orElseThrow();
				PartitionOwnership kept = first.owned.values().iterator().next();
				CompletableFuture<Void> refused = given.commit(event(given, out, "given"));
				CompletableFuture<Void> taken = kept.commit(event(kept, out, "kept"));
				BackendCases.eventually().until(() -> {
					first.poll();
					return taken.isDone() && refused.isDone();
				});
				assertThat(refused).failsWithin(Duration.ZERO)
					.withThrowableThat()
					.withCauseInstanceOf(FencedException.class);
				assertThat(taken).succeedsWithin(Duration.ZERO);
				awaitThat(() -> assertThat(BackendCases.ids(read(out))).containsExactly("kept"));
			}
		}
	}

	/** While it closes nothing polls, and the epoch moves on all the same. */
	@Test
	void whatIsCommittedWhileAMemberLeavesIsCommittedUnderTheNextEpochToo() {
		String in = unique("in");
		String out = unique("out");
		GroupSpec spec = spec(unique("leaving"), 1, in);
		try (Application app = new Application(this.fixture, Network.ONE, 1)) {
			app.declare(in, out);
			Last last = new Last(out);
			try (GroupMember leaving = app.backend().join(spec, last);
					OwnershipCases.Member guest = new OwnershipCases.Member(app, spec)) {
				BackendCases.eventually().until(() -> {
					leaving.poll(Duration.ofMillis(100));
					return last.owned.get() != null;
				});
				awaitNextEpoch(spec, guest);
			}
			assertThat(last.commit).succeedsWithin(Duration.ZERO);
			awaitThat(() -> assertThat(BackendCases.ids(this.fixture.read(out, 0))).containsExactly("last"));
		}
	}

	/** Commits when it is to give its partition up. */
	private static final class Last implements OwnershipListener {

		private final AtomicReference<@Nullable PartitionOwnership> owned = new AtomicReference<>();

		private final CompletableFuture<Void> commit = new CompletableFuture<>();

		private final String out;

		Last(String out) {
			this.out = out;
		}

		@Override
		public void acquired(PartitionOwnership ownership) {
			this.owned.set(ownership);
		}

		@Override
		public void fetched(PartitionOwnership ownership, FetchedRecords records) {
		}

		@Override
		public CompletableFuture<Void> revoked(Collection<PartitionOwnership> ownerships) {
			PartitionOwnership given = ownerships.iterator().next();
			return given.commit(event(given, this.out, "last")).whenComplete((ok, failure) -> {
				if (failure == null) {
					this.commit.complete(null);
				}
				else {
					this.commit.completeExceptionally(failure);
				}
			});
		}

		@Override
		public void lost(PartitionOwnership ownership, StreamException cause) {
			this.commit.completeExceptionally(cause);
		}

	}

	/**
	 * An open transaction of nobody known holds one partition back, which first one
	 * member waits for and then the other, that has partitions already.
	 */
	@Test
	void takingOverHoldsNothingUpThatAMemberHasAlready() throws Exception {
		String in = unique("in");
		String out = unique("out");
		GroupSpec spec = spec(unique("held"), 3, in);
		try (Application app = new Application(this.fixture);
				Producer<byte[], byte[]> open = this.fixture.transactional(unique("unknown"), Duration.ofSeconds(60))) {
			app.declare(in, out);
			open.beginTransaction();
			open.sendOffsetsToTransaction(Map.of(new TopicPartition(in, 2), new OffsetAndMetadata(0)),
					this.fixture.outsider(spec.group()));
			try (OwnershipCases.Member first = new OwnershipCases.Member(app, spec)) {
				try (OwnershipCases.Member second = new OwnershipCases.Member(app, spec)) {
					BackendCases.eventually().until(() -> {
						first.poll();
						second.poll();
						return first.owned.size() == 2;
					});
				}
				Duration longest = Duration.ZERO;
				int commits = 0;
				int polls = 0;
				while (polls < 20) {
					long began = System.nanoTime();
					first.poll();
					Duration took = Duration.ofNanos(System.nanoTime() - began);
					longest = (took.compareTo(longest) > 0) ? took : longest;
					for (PartitionOwnership ownership : List.copyOf(first.owned.values())) {
						CompletableFuture<Void> commit = ownership.commit(event(ownership, out, "n" + commits++));
						// Its epoch may be over, and polls hear of the next one.
						while (!commit.isDone()) {
							first.poll();
						}
						commit.join();
					}
					polls = isAssigned(spec, 3) ? polls + 1 : 0;
				}
				assertThat(longest).isLessThan(Duration.ofSeconds(2).plus(BackendCases.BUSY_MACHINE));
				assertThat(first.owned).hasSize(2);
				open.abortTransaction();
				first.pollUntilOwning(3);
			}
		}
	}

	/** Whether the group has one member, with so many partitions. */
	private boolean isAssigned(GroupSpec spec, int partitions) throws Exception {
		return describe(spec.group()).members()
			.stream()
			.map((member) -> member.assignment().topicPartitions().size())
			.toList()
			.equals(List.of(partitions));
	}

	@Test
	void theStateOfADeadMemberIsThereSoonAfterItsSession() {
		String in = unique("in");
		GroupSpec spec = spec(unique("dead"), 3, in);
		try (Application deadSide = new Application(this.fixture, Network.OTHER);
				Application side = new Application(this.fixture)) {
			side.declare(in);
			try (OwnershipCases.Member dead = new OwnershipCases.Member(deadSide, spec);
					OwnershipCases.Member next = new OwnershipCases.Member(side, spec)) {
				dead.pollUntilOwning(3);
				dead.owned.values().forEach(KafkaRebalanceTests::fill);
				CompletableFuture<Void> joining = BackendCases.inBackground(() -> next.pollUntilOwning(1));
				BackendCases.eventually().until(() -> {
					dead.poll();
					return joining.isDone();
				});
				long killed = System.nanoTime();
				this.fixture.faults(Network.OTHER).refuse();
				next.pollUntilOwning(3);
				Duration without = Duration.ofNanos(System.nanoTime() - killed);
				this.fixture.faults(Network.OTHER).restore();
				for (int partition = 0; partition < 3; partition++) {
					assertThat(next.owning(partition).readState(keys()).join()).doesNotContainNull();
				}
				// Measured: half a second after the session. A machine may be busy.
				assertThat(without).as("time without an owner")
					.isLessThan(this.fixture.sessionTime().plus(BUSY_MACHINE));
			}
		}
	}

	/** As when a new version that uses the consumer protocol is rolled out. */
	@Test
	void aGroupMovesFromTheClassicProtocolToTheConsumerProtocolMemberByMember() throws Exception {
		String in = unique("in");
		String out = unique("out");
		String group = unique("moves");
		ProcessorDefinition definition = ProcessingCases.copy(group, in, out).build();
		StreamBackend classic = this.fixture.newBackend(Network.ONE,
				this.fixture.settings().withGroupProtocol(KafkaSettings.GroupProtocol.CLASSIC));
		try (Application next = new Application(this.fixture)) {
			CompletableFuture<Void> publishing;
			try (Application old = new Application(classic, 3)) {
				old.start(definition);
				BackendCases.eventually().until(() -> old.status(group).partitions().size() == 3);
				publishing = next.publishSlowly(in, 3_000, 30);
				next.start(definition);
				BackendCases.eventually()
					.until(() -> !old.status(group).partitions().isEmpty()
							&& !next.status(group).partitions().isEmpty());
			}
			publishing.join();
			assertEachOnceInOrder(out, 3_000, 30);
			assertThat(describe(group).type()).isEqualTo(GroupType.CONSUMER);
		}
	}

	private static void fill(PartitionOwnership ownership) {
		List<StateKey> keys = keys();
		for (int from = 0; from < STATE_ENTRIES; from += ENTRIES_A_COMMIT) {
			List<StateChange> changes = keys.subList(from, from + ENTRIES_A_COMMIT)
				.stream()
				.map((key) -> new StateChange(key, new byte[100]))
				.toList();
			ownership.commit(new AtomicCommit(ownership.checkpoints(), List.of(), changes, List.of())).join();
		}
	}

	private static List<StateKey> keys() {
		return IntStream.range(0, STATE_ENTRIES).mapToObj((i) -> new StateKey("state", "key" + i)).toList();
	}

	private ConsumerGroupDescription describe(String group) throws Exception {
		return Objects
			.requireNonNull(this.fixture.admin().describeConsumerGroups(List.of(group)).all().get().get(group));
	}

	private static GroupSpec spec(String group, int partitions, String... inputs) {
		return new GroupSpec(group, List.of(inputs), partitions, Set.of("state"), false, StartAt.EARLIEST, 100);
	}

	private static AtomicCommit event(PartitionOwnership ownership, String out, String id) {
		WireEvent event = new WireEvent(Map.of("id", id), "key", id.getBytes(StandardCharsets.UTF_8));
		return new AtomicCommit(ownership.checkpoints(),
				List.of(new Append(new StreamPartition(out, ownership.partition()), event)), List.of(), List.of());
	}

}
