package io.doab.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.member.MemberBehaviour;
import io.doab.conformance.member.MemberBehaviour.Work;
import io.doab.conformance.member.MemberProcess;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StartAt;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.Guarantee;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Members that come, go, stand still and die, as processes where that matters.
 */
public interface MemberCases extends BackendCases {

	int KEYS = 15;

	@Test
	default void aMemberThatStoodStillPastItsSessionTakesNothingFromTheNextOwner() {
		String in = unique("in");
		String out = unique("out");
		MemberBehaviour behaviour = MemberBehaviour.of("sleeper", unique("paused"), in, out).doing(Work.COUNT);
		try (Application source = new Application(fixture()); Application next = new Application(fixture())) {
			source.declare(in, out);
			try (MemberProcess sleeper = MemberProcess.start(fixture(), Network.OTHER, behaviour)) {
				AtomicBoolean enough = new AtomicBoolean();
				CompletableFuture<Integer> publishing = source.publishUntil(enough::get, in, KEYS);
				awaitOutputOf("sleeper", out, Set.of(0, 1, 2));
				sleeper.pause();
				next.start(behaviour.named("next").definition());
				BackendCases.eventually().until(() -> next.status(behaviour.group()).partitions().size() == 3);
				awaitOutputOf("next", out, Set.of(0, 1, 2));
				// It wakes up with events in its buffers and answers on their way.
				sleeper.resume();
				BackendCases.eventually()
					.untilAsserted(() -> assertThat(next.status(behaviour.group()).partitions()).hasSizeBetween(1, 2));
				enough.set(true);
				assertEachOnceInOrder(out, publishing.join(), KEYS);
			}
		}
	}

	@Test
	default void afterAKillTheNextOwnerRunsWhatWasNotDoneWithinTheSessionTime() {
		String in = unique("in");
		String out = unique("out");
		MemberBehaviour behaviour = MemberBehaviour.of("killed", unique("kill"), in, out)
			.doing(Work.COUNT)
			.taking(Duration.ofMillis(1));
		try (Application source = new Application(fixture()); Application next = new Application(fixture())) {
			source.declare(in, out);
			try (MemberProcess killed = MemberProcess.start(fixture(), Network.OTHER, behaviour)) {
				AtomicBoolean enough = new AtomicBoolean();
				CompletableFuture<Integer> publishing = source.publishUntil(enough::get, in, KEYS);
				awaitOutputOf("killed", out, Set.of(0, 1, 2));
				next.start(behaviour.named("next").definition());
				BackendCases.eventually().until(() -> !next.status(behaviour.group()).partitions().isEmpty());
				Set<Integer> left = new HashSet<>(Set.of(0, 1, 2));
				left.removeAll(next.status(behaviour.group()).partitions());
				assertThat(left).isNotEmpty();
				awaitOutputOf("killed", out, left);
				long dead = System.nanoTime();
				killed.kill();
				awaitOutputOf("next", out, left);
				Duration gap = Duration.ofNanos(System.nanoTime() - dead);
				enough.set(true);
				assertEachOnceInOrder(out, publishing.join(), KEYS);
				assertThat(gap).as("from the kill to the first output of the next owner")
					.isLessThan(fixture().takeOverTime().plus(BUSY_MACHINE));
			}
		}
	}

	private void awaitOutputOf(String member, String out, Collection<Integer> partitions) {
		BackendCases.eventually().pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
			for (int partition : partitions) {
				assertThat(fixture().read(out, partition)).extracting(MemberCases::type).contains(member);
			}
		});
	}

	private static String type(StreamRecord record) {
		return record.event().attributes().getOrDefault("type", "");
	}

	@Test
	@Asserts(Guarantee.ORDER_PER_KEY)
	default void membersThatComeAndGoUnderLoadLeaveNoGapAndNoOverlap() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("churn");
		Map<String, String> running = new ConcurrentHashMap<>();
		List<String> overlaps = new CopyOnWriteArrayList<>();
		Random random = new Random(7);
		try (Application source = new Application(fixture()); Application stays = new Application(fixture())) {
			stays.start(exclusive("stays", group, in, out, running, overlaps));
			AtomicBoolean enough = new AtomicBoolean();
			CompletableFuture<Integer> publishing = source.publishUntil(enough::get, in, 30);
			for (int round = 0; round < 4; round++) {
				List<Application> others = new ArrayList<>();
				for (int i = 0; i <= random.nextInt(3); i++) {
					Application other = new Application(fixture(), Network.OTHER);
					others.add(other);
					other.start(exclusive("other" + round + "-" + i, group, in, out, running, overlaps));
					BackendCases.pass(Duration.ofMillis(random.nextInt(400)));
				}
				if (round % 2 == 0) {
					String name = "other" + round;
					BackendCases.eventually()
						.until(() -> read(out).stream().anyMatch((record) -> type(record).startsWith(name)));
				}
				BackendCases.pass(Duration.ofMillis(random.nextInt(1_000)));
				others.forEach(Application::close);
			}
			enough.set(true);
			assertEachOnceInOrder(out, publishing.join(), 30);
			assertThat(overlaps).isEmpty();
			assertThat(read(out).stream().map(MemberCases::type).distinct()).hasSizeGreaterThan(2);
		}
	}

	/** Copies, and notes when a key's event is run while another of that key is. */
	private static ProcessorDefinition exclusive(String name, String group, String in, String out,
			Map<String, String> running, List<String> overlaps) {
		return ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			String other = running.putIfAbsent(event.data().key(), name + " " + event.id());
			if (other != null) {
				overlaps.add(name + " ran " + event.id() + " while " + other + " ran");
			}
			try {
				TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(60));
			}
			finally {
				running.remove(event.data().key());
			}
			context.emit(out, name, event.data());
		}).output(out).concurrency(30).build();
	}

	@Test
	default void noEpochOfAPartitionHasTwoOwnersAndNoneCommitsAfterALaterOne() {
		String in = unique("in");
		String out = unique("out");
		GroupSpec spec = new GroupSpec(unique("epochs"), List.of(in), 3, Set.of(), false, StartAt.EARLIEST, 100);
		Map<String, Set<String>> owners = new ConcurrentHashMap<>();
		Random random = new Random(11);
		try (Application one = new Application(fixture(), Network.ONE);
				Application other = new Application(fixture(), Network.OTHER)) {
			one.declare(in, out);
			List<PollingMember> members = new ArrayList<>();
			try {
				for (int step = 0; step < 12; step++) {
					Application side = random.nextBoolean() ? one : other;
					members.add(new PollingMember("member" + step, side, spec, out, owners));
					BackendCases.pass(Duration.ofMillis(300 + random.nextInt(600)));
					if (members.size() > 3 || (members.size() > 1 && random.nextBoolean())) {
						members.remove(random.nextInt(members.size())).close();
					}
					if (step % 4 == 3) {
						fixture().faults(Network.OTHER).cut();
					}
				}
				BackendCases.eventually().until(() -> members.stream().anyMatch(PollingMember::hasCommitted));
			}
			finally {
				members.forEach(PollingMember::close);
			}
		}
		assertThat(owners.values()).allSatisfy((names) -> assertThat(names).hasSize(1));
		int changes = 0;
		for (int partition = 0; partition < 3; partition++) {
			List<Long> epochs = fixture().read(out, partition)
				.stream()
				.map((record) -> Long.parseLong(record.event().attributes().getOrDefault("epoch", "-1")))
				.toList();
			assertThat(epochs).as("epochs of partition " + partition).isSorted();
			changes += (int) epochs.stream().distinct().count() - 1;
		}
		// Partitions that need not move do not, so not every one changes hands often.
		assertThat(changes).as("changes of owners").isGreaterThan(2);
	}

	/**
	 * A member that polls on a thread of its own and commits, to each partition that it
	 * owns, the epoch under which it does.
	 */
	final class PollingMember implements AutoCloseable {

		private final String name;

		private final String out;

		private final OwnershipCases.Member member;

		private final Map<String, Set<String>> owners;

		private final Thread thread;

		private volatile boolean closed;

		private final AtomicInteger commits = new AtomicInteger();

		PollingMember(String name, Application application, GroupSpec spec, String out,
				Map<String, Set<String>> owners) {
			this.name = name;
			this.out = out;
			this.owners = owners;
			this.member = new OwnershipCases.Member(application, spec);
			this.thread = Thread.ofPlatform().name(name).start(this::run);
		}

		boolean hasCommitted() {
			return this.commits.get() > 0;
		}

		private void run() {
			while (!this.closed) {
				this.member.poll();
				List<CompletableFuture<Void>> commits = new ArrayList<>();
				this.member.owned.values().forEach((ownership) -> {
					this.owners
						.computeIfAbsent(ownership.partition() + "@" + ownership.epoch(),
								(key) -> ConcurrentHashMap.newKeySet())
						.add(this.name);
					commits.add(ownership.commit(epochOf(ownership)));
				});
				commits.forEach(this::settle);
			}
			this.member.close();
		}

		/** A commit that is refused is what is looked for: the stream tells. */
		private void settle(CompletableFuture<Void> commit) {
			if (commit.handle((done, failure) -> failure == null)
				.completeOnTimeout(false, 5, TimeUnit.SECONDS)
				.join()) {
				this.commits.incrementAndGet();
			}
		}

		private AtomicCommit epochOf(PartitionOwnership ownership) {
			WireEvent event = new WireEvent(Map.of("id", this.name + "-" + System.nanoTime(), "type", this.name,
					"epoch", String.valueOf(ownership.epoch())), "key", new byte[0]);
			return new AtomicCommit(ownership.checkpoints(),
					List.of(new Append(new StreamPartition(this.out, ownership.partition()), event)), List.of(),
					List.of());
		}

		@Override
		public void close() {
			this.closed = true;
			try {
				this.thread.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
