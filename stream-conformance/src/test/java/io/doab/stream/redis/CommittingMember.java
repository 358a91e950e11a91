package io.doab.stream.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.OwnershipCases.Member;
import io.doab.conformance.redis.RedisFixture;
import io.doab.stream.Position;
import io.doab.stream.StartAt;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StateChange;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.TimerChange;
import io.doab.stream.spi.TimerKey;
import io.doab.stream.spi.WireEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One member of a group that commits by hand, on a server of its own, and what is to be
 * seen of its commits there.
 */
final class CommittingMember implements AutoCloseable {

	static final GroupSpec GROUP = new GroupSpec("group", List.of("in"), 3, Set.of("state"), true, StartAt.EARLIEST,
			100);

	static final int PARTITION = 1;

	static final Duration SOON = Duration.ofSeconds(10);

	/**
	 * Nobody renews a lease meanwhile, which would have the script do the next commit.
	 */
	static final Duration LONG_LEASE = Duration.ofMinutes(1);

	private final RedisFixture fixture;

	private final Application application;

	private final Member member;

	private int commits;

	/** Owns all partitions when it has been created. */
	CommittingMember(RedisFixture fixture, RedisSettings settings) {
		this(fixture, new Application(fixture.newBackend(settings), 3));
	}

	CommittingMember(RedisFixture fixture, Application application) {
		this.fixture = fixture;
		this.application = application;
		application.declare("in", "out", "other");
		this.member = new Member(application, GROUP);
		this.member.pollUntilOwning(3);
	}

	static RedisSettings settings() {
		return RedisSettings.defaults().withLeaseTime(LONG_LEASE);
	}

	/** The partition that its commits are of. */
	PartitionOwnership owned() {
		return this.member.owning(PARTITION);
	}

	void poll() {
		this.member.poll();
	}

	/** How many commits were made. */
	int commits() {
		return this.commits;
	}

	/** Commits until a commit is a transaction, and the next can be. */
	void commitUntilTransactions() {
		BackendCases.eventually().until(() -> isTransaction(() -> commit(1)));
	}

	/** Whether it is one transaction, and no script. */
	boolean isTransaction(Runnable commit) {
		long transactions = executed();
		long scripts = calls("evalsha");
		commit.run();
		return executed() == transactions + 1 && calls("evalsha") == scripts;
	}

	void commit(int count) {
		for (int i = 0; i < count; i++) {
			assertThat(owned().commit(next("out"))).succeedsWithin(SOON);
		}
	}

	/** One of each thing that a commit can do. */
	AtomicCommit next(String... outputs) {
		String number = String.valueOf(++this.commits);
		List<Append> appends = new ArrayList<>();
		for (String output : outputs) {
			appends.add(new Append(new StreamPartition(output, PARTITION),
					new WireEvent(Map.of("id", number), "key", RedisLink.bytes(number))));
		}
		List<StateChange> states = new ArrayList<>(
				List.of(new StateChange(new StateKey("state", "last"), RedisLink.bytes(number)),
						new StateChange(new StateKey("state", "at" + number), RedisLink.bytes(number))));
		List<TimerChange> timers = new ArrayList<>(
				List.of(new TimerChange(new TimerKey("timer", number), Instant.ofEpochSecond(this.commits))));
		if (this.commits > 1) {
			states.add(new StateChange(new StateKey("state", "at" + (this.commits - 1)), null));
			timers.add(new TimerChange(new TimerKey("timer", String.valueOf(this.commits - 1)), null));
		}
		return new AtomicCommit(Map.of("in", new Checkpoint(new Position(this.commits, 0), Set.of(), this.commits)),
				appends, states, timers);
	}

	/** How many transactions came to their end, applied or not. */
	long executed() {
		return calls("exec");
	}

	long calls(String command) {
		return Pattern.compile("cmdstat_" + command + ":calls=(\\d+)")
			.matcher(this.fixture.commands().info("commandstats"))
			.results()
			.map((MatchResult found) -> Long.parseLong(found.group(1)))
			.findFirst()
			.orElse(0L);
	}

	/** That what is stored is what the commits up to the last made. */
	void assertApplied() {
		assertThat(outputs("out")).isEqualTo(IntStream.rangeClosed(1, this.commits).mapToObj(String::valueOf).toList());
		String last = String.valueOf(this.commits);
		Map<String, String> state = new LinkedHashMap<>();
		this.fixture.commands()
			.hgetall(RedisKeys.state("group", PARTITION, "state"))
			.forEach((key, value) -> state.put(key, RedisLink.text(value)));
		assertThat(state).isEqualTo(Map.of("last", last, "at" + last, last));
		assertThat(this.fixture.commands().zrange(RedisKeys.timers("group", PARTITION), 0, -1))
			.containsExactly(RedisTimers.member(new TimerKey("timer", last)));
		Map<String, byte[]> checkpoint = this.fixture.commands().hgetall(RedisKeys.checkpoint("group", PARTITION));
		assertThat(RedisLink.text(Objects.requireNonNull(checkpoint.get("#commit")))).isEqualTo(last);
		assertThat(RedisCheckpoints.decode(Objects.requireNonNull(checkpoint.get("in"))).prefix())
			.isEqualTo(new Position(this.commits, 0));
	}

	List<String> outputs(String stream) {
		return this.fixture.read(stream, PARTITION)
			.stream()
			.map((entry) -> entry.event().attributes().get("id"))
			.toList();
	}

	/**
	 * What tools are told of the group: the last id, and how many entries it has read.
	 */
	Map<String, Object> shown() {
		Map<String, Object> group = RedisReplies
			.maps(this.fixture.commands().xinfoGroups(RedisKeys.stream("in", PARTITION)))
			.getFirst();
		return Map.of("last", RedisLink.text((byte[]) Objects.requireNonNull(group.get("last-delivered-id"))), "read",
				Objects.requireNonNull(group.get("entries-read")));
	}

	Set<String> connections() {
		return this.fixture.commands()
			.clientList()
			.lines()
			.map(CommittingMember::id)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	static String id(String client) {
		return Pattern.compile("^id=(\\d+)").matcher(client).results().findFirst().orElseThrow().group(1);
	}

	/** Commits nothing, but for the number, of another partition. */
	void commitElsewhere() {
		assertThat(this.member.owning(0).commit(new AtomicCommit(Map.of(), List.of(), List.of(), List.of())))
			.succeedsWithin(SOON);
	}

	/**
	 * Has a commit refused, in a transaction or not, and sees that nothing of it is
	 * there.
	 */
	void assertRefused(AtomicCommit commit, Class<? extends StreamException> type, String... words) {
		int applied = this.commits - 1;
		assertThat(owned().commit(commit)).failsWithin(SOON)
			.withThrowableThat()
			.withCauseInstanceOf(type)
			.satisfies((failure) -> assertThat(failure).message().contains(words));
		this.commits = applied;
		assertApplied();
	}

	/** Makes the next of an event that is given. */
	AtomicCommit next(WireEvent event) {
		this.commits++;
		return new AtomicCommit(Map.of(), List.of(new Append(new StreamPartition("out", PARTITION), event)), List.of(),
				List.of());
	}

	@Override
	public void close() {
		this.member.close();
		this.application.close();
	}

}
