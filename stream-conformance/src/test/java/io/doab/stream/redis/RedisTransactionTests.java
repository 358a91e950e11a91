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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.OwnershipCases.Member;
import io.doab.conformance.redis.RedisFixture;
import io.doab.stream.Position;
import io.doab.stream.StartAt;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.FencedException;
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
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.tracing.MicrometerTracing;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Commits as transactions: when they are, and what fences them.
 */
class RedisTransactionTests implements BackendCases {

	private static final GroupSpec GROUP = new GroupSpec("group", List.of("in"), 3, Set.of("state"), true,
			StartAt.EARLIEST, 100);

	private static final int PARTITION = 1;

	private static final Duration SOON = Duration.ofSeconds(10);

	/**
	 * Nobody renews a lease meanwhile, which would have the script do the next commit.
	 */
	private static final Duration LONG_LEASE = Duration.ofMinutes(1);

	private RedisFixture fixture;

	private int commits;

	@BeforeEach
	void startServer() {
		this.fixture = new RedisFixture();
	}

	@AfterEach
	void stopServer() {
		this.fixture.close();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

	private Application application(RedisSettings settings) {
		Application application = new Application(this.fixture.newBackend(settings), 3);
		application.declare("in", "out", "other");
		return application;
	}

	private static RedisSettings settings() {
		return RedisSettings.defaults().withLeaseTime(LONG_LEASE);
	}

	private static PartitionOwnership owning(Member member) {
		member.pollUntilOwning(3);
		return member.owning(PARTITION);
	}

	/** Commits until a commit is a transaction, and the next can be. */
	private void commitUntilTransactions(PartitionOwnership ownership) {
		BackendCases.eventually().until(() -> isTransaction(() -> commit(ownership, 1)));
	}

	/** Whether it is one transaction, and no script. */
	private boolean isTransaction(Runnable commit) {
		long transactions = executed();
		long scripts = calls("evalsha");
		commit.run();
		return executed() == transactions + 1 && calls("evalsha") == scripts;
	}

	private void commit(PartitionOwnership ownership, int count) {
		for (int i = 0; i < count; i++) {
			assertThat(ownership.commit(next("out"))).succeedsWithin(SOON);
		}
	}

	/** One of each thing that a commit can do. */
	private AtomicCommit next(String... outputs) {
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
	private long executed() {
		return calls("exec");
	}

	private long calls(String command) {
		return Pattern.compile("cmdstat_" + command + ":calls=(\\d+)")
			.matcher(this.fixture.commands().info("commandstats"))
			.results()
			.map((MatchResult found) -> Long.parseLong(found.group(1)))
			.findFirst()
			.orElse(0L);
	}

	/** That what is stored is what the commits up to the last made. */
	private void assertApplied() {
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

	private List<String> outputs(String stream) {
		return read(stream).stream().map((entry) -> entry.event().attributes().get("id")).toList();
	}

	/**
	 * What tools are told of the group: the last id, and how many entries it has read.
	 */
	private Map<String, Object> shown() {
		Map<String, Object> group = RedisReplies
			.maps(this.fixture.commands().xinfoGroups(RedisKeys.stream("in", PARTITION)))
			.getFirst();
		return Map.of("last", RedisLink.text((byte[]) Objects.requireNonNull(group.get("last-delivered-id"))), "read",
				Objects.requireNonNull(group.get("entries-read")));
	}

	@Test
	void aLeaseThatHasCommittedAFewTimesCommitsInTransactions() {
		try (Application app = application(settings()); Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			commit(owned, 2);
			assertThat(executed()).as("connections for those that commit now and then").isZero();
			commitUntilTransactions(owned);
			long before = executed();
			commit(owned, 20);
			assertThat(executed() - before).isEqualTo(20);
			assertApplied();
			assertThat(shown()).isEqualTo(Map.of("last", this.commits + "-0", "read", (long) this.commits));
			assertThat(this.fixture.commands().pttl(RedisKeys.lease("group", PARTITION)))
				.isGreaterThan(LONG_LEASE.toMillis() - 20_000);
		}
	}

	@Test
	void aTransactionOfWhoHasLostItsLeaseIsDropped() {
		try (Application app = application(settings()); Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			commitUntilTransactions(owned);
			int applied = this.commits;
			this.fixture.commands().set(RedisKeys.lease("group", PARTITION), RedisLink.bytes("other:9:nonce"));
			long before = executed();
			assertThat(owned.commit(next("out"))).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(FencedException.class);
			assertThat(executed() - before).as("transactions, dropped").isEqualTo(1);
			this.commits = applied;
			assertApplied();
		}
	}

	/** Between a commit and what watches for the next there is time for a take-over. */
	@Test
	void whoFindsALeaseOrANumberThatIsNotItsOwnWatchesForNothing() {
		RedisCommands<String, byte[]> redis = this.fixture.commands();
		String mine = "member:1:nonce";
		try (RedisClient client = RedisClient.create("redis://localhost:" + this.fixture.server().port())) {
			StatefulRedisConnection<String, byte[]> connection = client.connect(TextKeyCodec.INSTANCE);
			String runId = RedisLink.runId(redis.info("server") + redis.info("replication"));
			try (RedisSession session = new RedisSession(client, connection, runId, SOON, () -> {
			})) {
				CommitConnection commits = new CommitConnection(session, GROUP, PARTITION, mine, new Semaphore(1));
				redis.set(RedisKeys.lease("group", PARTITION), RedisLink.bytes(mine));
				redis.hset(RedisKeys.checkpoint("group", PARTITION), "#commit", RedisLink.bytes(6));
				BackendCases.eventually().until(() -> {
					commits.applied(contents(mine, 6)).join();
					return commits.commit(contents(mine, 7)).join();
				});
				redis.set(RedisKeys.lease("group", PARTITION), RedisLink.bytes("other:2:nonce"));
				commits.applied(contents(mine, 7)).join();
				assertThat(commits.commit(contents(mine, 8)).join()).as("under another's lease").isFalse();
				redis.set(RedisKeys.lease("group", PARTITION), RedisLink.bytes(mine));
				redis.hset(RedisKeys.checkpoint("group", PARTITION), "#commit", RedisLink.bytes(5));
				commits.applied(contents(mine, 7)).join();
				assertThat(commits.commit(contents(mine, 8)).join()).as("after another number").isFalse();
				redis.hset(RedisKeys.checkpoint("group", PARTITION), "#commit", RedisLink.bytes(7));
				commits.applied(contents(mine, 7)).join();
				assertThat(commits.commit(contents(mine, 8)).join()).isTrue();
			}
		}
	}

	private static CommitContents contents(String lease, long number) {
		return CommitContents.of("group", PARTITION, lease, LONG_LEASE.toMillis(), number,
				new AtomicCommit(Map.of(), List.of(), List.of(), List.of()), false);
	}

	@Test
	void aTransactionUnderALeaseThatRanOutIsDropped() {
		try (Application app = application(settings()); Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			commitUntilTransactions(owned);
			int applied = this.commits;
			this.fixture.commands().pexpire(RedisKeys.lease("group", PARTITION), 1);
			BackendCases.eventually()
				.until(() -> this.fixture.commands().exists(RedisKeys.lease("group", PARTITION)) == 0);
			long before = executed();
			assertThat(owned.commit(next("out"))).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(FencedException.class);
			assertThat(executed() - before).as("transactions, dropped").isEqualTo(1);
			this.commits = applied;
			assertApplied();
		}
	}

	@Test
	void aTransactionThatWasDroppedForNothingIsDoneByTheScriptOnce() {
		try (Application app = application(settings()); Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			commitUntilTransactions(owned);
			for (int i = 0; i < 3; i++) {
				this.fixture.commands().pexpire(RedisKeys.lease("group", PARTITION), LONG_LEASE.toMillis());
				long before = executed();
				long scripts = calls("evalsha");
				commit(owned, 1);
				assertThat(executed() - before).as("dropped").isEqualTo(1);
				assertThat(calls("evalsha")).isGreaterThan(scripts);
				assertThat(isTransaction(() -> commit(owned, 1))).as("the next").isTrue();
			}
			assertApplied();
		}
	}

	@Test
	void aTransactionWhoseAnswerIsLostIsAppliedOnce() {
		try (Application side = new Application(this.fixture, Network.OTHER)) {
			side.declare("in", "out");
			try (Member member = new Member(side, GROUP)) {
				PartitionOwnership owned = owning(member);
				commitUntilTransactions(owned);
				this.fixture.proxy(Network.OTHER).swallowReplies();
				long before = executed();
				CompletableFuture<Void> last = owned.commit(next("out"));
				BackendCases.eventually().until(() -> outputs("out").size() == this.commits);
				assertThat(executed() - before).isEqualTo(1);
				assertThat(last).isNotDone();
				this.fixture.proxy(Network.OTHER).cut();
				this.fixture.proxy(Network.OTHER).restore();
				BackendCases.eventually().until(() -> {
					member.poll();
					return last.isDone();
				});
				assertThat(last).succeedsWithin(SOON);
				assertApplied();
			}
		}
	}

	@Test
	void aConnectionForCommitsThatEndsIsReplacedAndEndsNoOther() {
		try (Application app = application(settings()); Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			commitUntilTransactions(owned);
			Set<String> others = connections();
			String connection = this.fixture.commands()
				.clientList()
				.lines()
				.filter((line) -> line.contains("cmd=hmget"))
				.map(RedisTransactionTests::id)
				.findFirst()
				.orElseThrow();
			others.remove(connection);
			assertThat(this.fixture.commands().clientKill(KillArgs.Builder.id(Long.parseLong(connection)))).isOne();
			member.poll();
			member.poll();
			commitUntilTransactions(owned);
			assertThat(connections()).containsAll(others).hasSize(others.size() + 1);
			assertApplied();
		}
	}

	private Set<String> connections() {
		return this.fixture.commands()
			.clientList()
			.lines()
			.map(RedisTransactionTests::id)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static String id(String client) {
		return Pattern.compile("^id=(\\d+)").matcher(client).results().findFirst().orElseThrow().group(1);
	}

	@Test
	void aLeaseThatRestsGivesItsConnectionToAnother() {
		Duration lease = Duration.ofSeconds(6);
		try (Application app = application(RedisSettings.defaults().withLeaseTime(lease).withCommitConnections(1));
				Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			int before = connections().size();
			PartitionOwnership other = member.owning(0);
			commitUntilTransactions(owned);
			for (int i = 0; i < 20; i++) {
				commit(owned, 1);
				assertThat(isTransaction(() -> commitNothing(other))).as("no connection is left").isFalse();
			}
			assertThat(connections()).hasSize(before + 1);
			BackendCases.eventually().until(() -> isTransaction(() -> commitNothing(other)));
			BackendCases.eventually().until(() -> connections().size() == before + 1);
		}
	}

	private static void commitNothing(PartitionOwnership ownership) {
		assertThat(ownership.commit(new AtomicCommit(Map.of(), List.of(), List.of(), List.of()))).succeedsWithin(SOON);
	}

	@Test
	void trimmingEndsNoTransactions() {
		try (Application app = application(settings().withTrimInterval(Duration.ofMillis(50)));
				Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			BackendCases.eventually().until(() -> this.fixture.commands().hlen(RedisKeys.lost(PARTITION)) > 0);
			BackendCases.eventually().until(() -> {
				long before = executed();
				commit(owned, 20);
				return executed() - before == 20;
			});
			assertApplied();
		}
	}

	@Test
	void aTransactionThatMemoryIsTooFullForIsAppliedWhenThereIsRoom() {
		try (Application app = application(settings()); Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			commitUntilTransactions(owned);
			int before = this.commits;
			this.fixture.fillUp();
			CompletableFuture<Void> next = owned.commit(next("out"));
			assertThat(next).as("refused, and sent again").failsWithin(Duration.ofSeconds(1));
			assertThat(outputs("out")).hasSize(before);
			this.fixture.makeRoom();
			assertThat(next).succeedsWithin(SOON);
			commitUntilTransactions(owned);
			assertApplied();
		}
	}

	@Test
	void anOutputThatIsNoStreamIsNoticedBeforeAnythingIsApplied() {
		try (Application app = application(settings()); Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			commitUntilTransactions(owned);
			int applied = this.commits;
			this.fixture.commands().set(RedisKeys.stream("other", PARTITION), new byte[1]);
			assertThat(owned.commit(next("out", "other"))).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(FatalStreamException.class)
				.withMessageContaining("other:{P1} is a string, expected a stream");
			this.commits = applied;
			assertApplied();
		}
	}

	@Test
	void anOutputThatSomebodyReplacesIsNotPassedOver() {
		try (Application app = application(settings()); Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			commitUntilTransactions(owned);
			this.fixture.commands().del(RedisKeys.stream("out", PARTITION));
			this.fixture.commands().set(RedisKeys.stream("out", PARTITION), new byte[1]);
			assertThat(owned.commit(next("out"))).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(FatalStreamException.class)
				.withMessageContaining("WRONGTYPE")
				.withMessageContaining("out:{P1}");
		}
	}

	@Test
	void whatWasLostOfAnInputCountsAsRead() {
		try (Application app = application(settings()); Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			commitUntilTransactions(owned);
			this.fixture.commands().hset(RedisKeys.lost(PARTITION), "in group", RedisLink.bytes(1_000));
			commit(owned, 3);
			assertThat(shown()).isEqualTo(Map.of("last", this.commits + "-0", "read", this.commits + 1_000L));
			assertApplied();
		}
	}

	@Test
	void whoMayNotBeginATransactionCommitsByScript() {
		this.fixture.commands().aclSetuser("default", AclSetuserArgs.Builder.removeCommand(CommandType.MULTI));
		try (Application app = application(settings()); Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			BackendCases.eventually().until(() -> {
				commit(owned, 1);
				return calls("unwatch") > 0;
			});
			commit(owned, 50);
			assertThat(executed()).isZero();
			assertApplied();
		}
	}

	@Test
	void whoMayNotSetThePositionThatIsShownCommitsByScript() {
		try (Application app = application(settings()); Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			this.fixture.commands().aclSetuser("default", AclSetuserArgs.Builder.removeCommand(CommandType.XGROUP));
			BackendCases.eventually().until(() -> {
				commit(owned, 1);
				return executed() > 1;
			});
			commit(owned, 1);
			long before = executed();
			commit(owned, 50);
			assertThat(executed()).isEqualTo(before);
			assertApplied();
		}
	}

	@Test
	void anEventOfMoreFieldsThanAScriptTakesIsRefusedAsTheScriptRefusesIt() {
		try (Application app = application(settings()); Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			commitUntilTransactions(owned);
			int applied = this.commits++;
			Map<String, String> many = new LinkedHashMap<>();
			IntStream.range(0, 4_000).forEach((i) -> many.put("name" + i, "value"));
			Append append = new Append(new StreamPartition("out", PARTITION),
					new WireEvent(many, "key", RedisLink.bytes("data")));
			assertThat(owned.commit(new AtomicCommit(Map.of(), List.of(append), List.of(), List.of())))
				.failsWithin(SOON)
				.withThrowableThat()
				.withMessageContaining("DOABWORDS");
			this.commits = applied;
			assertApplied();
		}
	}

	/**
	 * A wrapped command would have a timeout of its own, and be left out when it is over.
	 */
	@Test
	void commandsOfATransactionAreNotTracedOneByOne() {
		ObservationRegistry registry = ObservationRegistry.create();
		List<String> observed = new CopyOnWriteArrayList<>();
		registry.observationConfig().observationHandler((ObservationHandler<Observation.Context>) (context) -> {
			observed.add(context.getLowCardinalityKeyValues().toString());
			return true;
		});
		ClientResources resources = ClientResources.builder().tracing(new MicrometerTracing(registry, "redis")).build();
		LettuceConnectionFactory traced = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration("localhost", this.fixture.server().port()),
				LettuceClientConfiguration.builder().clientResources(resources).build());
		try (Application app = new Application(RedisStreamBackend.create(traced, settings()), 3)) {
			app.declare("in", "out");
			try (Member member = new Member(app, GROUP)) {
				PartitionOwnership owned = owning(member);
				commitUntilTransactions(owned);
				observed.clear();
				assertThat(isTransaction(() -> commit(owned, 1))).isTrue();
				assertThat(observed).as("one for all of them").hasSize(1);
				assertApplied();
			}
		}
		finally {
			resources.shutdown().syncUninterruptibly();
		}
	}

	@Test
	void aMemberHasNoMoreConnectionsForItThanItMay() {
		try (Application app = application(settings().withCommitConnections(1));
				Member member = new Member(app, GROUP)) {
			PartitionOwnership owned = owning(member);
			commitUntilTransactions(owned);
			PartitionOwnership other = member.owning(0);
			Set<String> before = connections();
			for (int i = 1; i <= 20; i++) {
				assertThat(isTransaction(() -> commitNothing(other))).isFalse();
			}
			assertThat(isTransaction(() -> commit(owned, 1))).isTrue();
			assertThat(connections()).isEqualTo(before);
		}
	}

}
