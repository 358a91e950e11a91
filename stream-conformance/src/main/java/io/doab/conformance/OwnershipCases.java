package io.doab.conformance;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StartAt;
import io.doab.stream.StreamPartition;
import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.error.FencedException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.GroupMember;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.OwnershipListener;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StateChange;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.TimerChange;
import io.doab.stream.spi.TimerKey;
import io.doab.stream.spi.WireEvent;

import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who owns what, and what one who does not own can do: nothing.
 */
public interface OwnershipCases extends BackendCases {

	@Test
	default void membersShareThePartitionsAndHandThemOverWithoutARedelivery() {
		BackendCases.undisturbed(this::handOver);
	}

	private int handOver() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("share");
		List<String> handled = new CopyOnWriteArrayList<>();
		ProcessorDefinition definition = ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			handled.add(event.id());
			context.emit(out, "copied", event.data());
		}).output(out).build();
		try (Application stays = new Application(fixture(), Network.ONE)) {
			stays.start(definition);
			CompletableFuture<Void> publishing;
			Application leaves = new Application(fixture(), Network.OTHER);
			try (leaves) {
				leaves.start(definition);
				BackendCases.eventually()
					.until(() -> !stays.status(group).partitions().isEmpty()
							&& !leaves.status(group).partitions().isEmpty());
				publishing = stays.publishSlowly(in, 3_000, 30);
				BackendCases.eventually().until(() -> handled.size() > 300);
			}
			publishing.join();
			assertEachOnceInOrder(out, 3_000, 30);
			int lost = stays.lost() + leaves.lost();
			if (lost > 0) {
				return lost;
			}
			assertThat(handled).doesNotHaveDuplicates();
			assertThat(stays.status(group).partitions()).containsExactlyInAnyOrder(0, 1, 2);
			return 0;
		}
	}

	@Test
	default void aMemberThatIsCutOffIsReplacedAndDoesNoHarmWhenItComesBack() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("cutoff");
		ProcessorDefinition definition = ProcessingCases.copy(group, in, out).build();
		try (Application lonely = new Application(fixture(), Network.OTHER);
				Application other = new Application(fixture(), Network.ONE)) {
			lonely.start(definition);
			BackendCases.eventually().until(() -> lonely.status(group).partitions().size() == 3);
			CompletableFuture<Void> publishing = other.publishSlowly(in, 4_000, 40);
			fixture().faults(Network.OTHER).refuse();
			other.start(definition);
			BackendCases.eventually().until(() -> other.status(group).partitions().size() == 3);
			fixture().faults(Network.OTHER).restore();
			publishing.join();
			assertEachOnceInOrder(out, 4_000, 40);
			BackendCases.eventually().until(() -> !lonely.status(group).partitions().isEmpty());
		}
	}

	@Test
	@Asserts(Guarantee.FENCING)
	default void aFencedMemberCanCommitNothingWhateverItsCommitCarries() {
		for (Carried carried : Carried.values()) {
			String in = unique("in");
			String out = unique("out");
			String group = unique("fenced");
			try (Application zombieSide = new Application(fixture(), Network.OTHER);
					Application side = new Application(fixture(), Network.ONE)) {
				side.declare(in, out);
				GroupSpec spec = new GroupSpec(group, List.of(in), 3, Set.of("state"), true, StartAt.EARLIEST, 100);
				try (Member zombie = new Member(zombieSide, spec); Member owner = new Member(side, spec)) {
					zombie.pollUntilOwning(3);
					PartitionOwnership stale = zombie.owning(1);
					AtomicCommit first = commit(stale, carried, out, "first");
					assertThat(stale.commit(first)).succeedsWithin(Duration.ofSeconds(10));
					fixture().faults(Network.OTHER).refuse();
					owner.pollUntilOwning(3);
					CompletableFuture<Void> refused = stale.commit(commit(stale, carried, out, "second"));
					fixture().faults(Network.OTHER).restore();
					zombie.pollUntilNotOwning(stale);
					assertThat(refused).failsWithin(Duration.ofSeconds(20))
						.withThrowableThat()
						.withCauseInstanceOf(FencedException.class);
					assertOnly("first", carried, owner.owning(1), out);
				}
			}
		}
	}

	/** Nor does one that reads again and again until its network is back. */
	@Test
	@Asserts(Guarantee.FENCING)
	default void aFencedMemberDoesNotSeeWhatTheNextOwnerMadeOfTheState() {
		String in = unique("in");
		String out = unique("out");
		List<StateKey> key = List.of(new StateKey("state", "key"));
		try (Application zombieSide = new Application(fixture(), Network.OTHER);
				Application side = new Application(fixture(), Network.ONE)) {
			side.declare(in, out);
			GroupSpec spec = new GroupSpec(unique("stale"), List.of(in), 3, Set.of("state"), true, StartAt.EARLIEST,
					100);
			try (Member zombie = new Member(zombieSide, spec); Member owner = new Member(side, spec)) {
				zombie.pollUntilOwning(3);
				PartitionOwnership stale = zombie.owning(1);
				assertThat(stale.commit(commit(stale, Carried.STATE, out, "first")))
					.succeedsWithin(Duration.ofSeconds(10));
				fixture().faults(Network.OTHER).refuse();
				owner.pollUntilOwning(3);
				PartitionOwnership next = owner.owning(1);
				assertThat(next.commit(commit(next, Carried.STATE, out, "second")))
					.succeedsWithin(Duration.ofSeconds(10));
				assertThat(next.commit(commit(next, Carried.TIMER, out, "second")))
					.succeedsWithin(Duration.ofSeconds(10));
				fixture().faults(Network.OTHER).restore();
				Set<String> seen = new TreeSet<>();
				for (int attempt = 0; attempt < 20; attempt++) {
					zombie.poll();
					stale.readState(key)
						.handle((values, failure) -> (failure != null) ? seen.add("refused")
								: seen.add(new String(Objects.requireNonNull(values.getFirst()), UTF_8)))
						.join();
					stale.dueTimers(java.time.Instant.now().plusSeconds(3600), 10)
						.handle((timers, failure) -> (failure != null) ? seen.add("refused")
								: seen.addAll(timers.due().stream().map((due) -> due.timer().key()).toList()))
						.join();
				}
				assertThat(seen).isNotEmpty().doesNotContain("second");
			}
		}
	}

	private void assertOnly(String which, Carried carried, PartitionOwnership owner, String out) {
		switch (carried) {
			// A commit is done before Kafka has put its mark into every output.
			case OUTPUT -> BackendCases.eventually()
				.untilAsserted(() -> assertThat(BackendCases.ids(fixture().read(out, 1))).containsExactly(which));
			case STATE -> assertThat(owner.readState(List.of(new StateKey("state", "key"))).join())
				.containsExactly(which.getBytes(UTF_8));
			case TIMER -> assertThat(owner.dueTimers(java.time.Instant.now().plusSeconds(3600), 10).join().due())
				.extracting((entry) -> entry.timer().key())
				.containsExactly(which);
		}
	}

	private static AtomicCommit commit(PartitionOwnership ownership, Carried carried, String out, String which) {
		byte[] bytes = which.getBytes(UTF_8);
		return switch (carried) {
			case OUTPUT -> new AtomicCommit(ownership.checkpoints(),
					List.of(new Append(new StreamPartition(out, 1), new WireEvent(Map.of("id", which), "key", bytes))),
					List.of(), List.of());
			case STATE -> new AtomicCommit(ownership.checkpoints(), List.of(),
					List.of(new StateChange(new StateKey("state", "key"), bytes)), List.of());
			case TIMER -> new AtomicCommit(ownership.checkpoints(), List.of(), List.of(),
					List.of(new TimerChange(new TimerKey("timer", which), java.time.Instant.now().plusSeconds(60))));
		};
	}

	/** What a commit carries besides positions. */
	enum Carried {

		OUTPUT, STATE, TIMER

	}

	/** A member without an engine, polled by the test. */
	final class Member implements OwnershipListener, AutoCloseable {

		public final Map<Integer, PartitionOwnership> owned = new ConcurrentHashMap<>();

		private final Application application;

		private final GroupSpec spec;

		private GroupMember member;

		public Member(Application application, GroupSpec spec) {
			this.application = application;
			this.spec = spec;
			this.member = application.backend().join(spec, this);
		}

		public PartitionOwnership owning(int partition) {
			return Objects.requireNonNull(this.owned.get(partition));
		}

		public void pollUntilOwning(int partitions) {
			BackendCases.eventually().until(() -> {
				poll();
				return this.owned.size() == partitions;
			});
		}

		public void pollUntilNotOwning(PartitionOwnership stale) {
			BackendCases.eventually().until(() -> {
				poll();
				return !this.owned.containsValue(stale);
			});
		}

		public void poll() {
			try {
				this.member.poll(Duration.ofMillis(100));
			}
			catch (RetriableException ex) {
				// Tried again, as the engine does.
			}
			catch (StreamException ex) {
				this.member.close();
				this.member = this.application.backend().join(this.spec, this);
			}
		}

		@Override
		public void acquired(PartitionOwnership ownership) {
			this.owned.put(ownership.partition(), ownership);
		}

		@Override
		public void fetched(PartitionOwnership ownership, FetchedRecords records) {
		}

		@Override
		public CompletableFuture<Void> revoked(Collection<PartitionOwnership> ownerships) {
			ownerships.forEach((ownership) -> this.owned.remove(ownership.partition()));
			return CompletableFuture.completedFuture(null);
		}

		@Override
		public void lost(PartitionOwnership ownership, StreamException cause) {
			this.owned.remove(ownership.partition());
		}

		@Override
		public void close() {
			this.member.close();
		}

	}

}
