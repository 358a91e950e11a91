package io.doab.stream.redis;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.redis.RedisFixture;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.FencedException;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.WireEvent;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.doab.stream.redis.CommittingMember.LONG_LEASE;
import static io.doab.stream.redis.CommittingMember.PARTITION;
import static io.doab.stream.redis.CommittingMember.SOON;
import static io.doab.stream.redis.CommittingMember.settings;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Commits as transactions: what they apply, and what fences them.
 */
class RedisTransactionTests {

	private RedisFixture fixture;

	@BeforeEach
	void startServer() {
		this.fixture = new RedisFixture();
	}

	@AfterEach
	void stopServer() {
		this.fixture.close();
	}

	private CommittingMember member(RedisSettings settings) {
		return new CommittingMember(this.fixture, settings);
	}

	@Test
	void aLeaseThatHasCommittedAFewTimesCommitsInTransactions() {
		try (CommittingMember member = member(settings())) {
			member.commit(2);
			assertThat(member.executed()).as("connections for those that commit now and then").isZero();
			member.commitUntilTransactions();
			long before = member.executed();
			member.commit(20);
			assertThat(member.executed() - before).isEqualTo(20);
			member.assertApplied();
			assertThat(member.shown())
				.isEqualTo(Map.of("last", member.commits() + "-0", "read", (long) member.commits()));
			assertThat(this.fixture.commands().pttl(RedisKeys.lease("group", PARTITION)))
				.isGreaterThan(LONG_LEASE.toMillis() - 20_000);
		}
	}

	@Test
	void aTransactionOfWhoHasLostItsLeaseIsDropped() {
		try (CommittingMember member = member(settings())) {
			member.commitUntilTransactions();
			this.fixture.commands().set(RedisKeys.lease("group", PARTITION), RedisLink.bytes("other:9:nonce"));
			long before = member.executed();
			member.assertRefused(member.next("out"), FencedException.class, "is another's");
			assertThat(member.executed() - before).as("transactions, dropped").isEqualTo(1);
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
				CommitConnection commits = new CommitConnection(session, CommittingMember.GROUP, PARTITION, mine,
						new Semaphore(1));
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
		try (CommittingMember member = member(settings())) {
			member.commitUntilTransactions();
			this.fixture.commands().pexpire(RedisKeys.lease("group", PARTITION), 1);
			BackendCases.eventually()
				.until(() -> this.fixture.commands().exists(RedisKeys.lease("group", PARTITION)) == 0);
			long before = member.executed();
			member.assertRefused(member.next("out"), FencedException.class, "is another's");
			assertThat(member.executed() - before).as("transactions, dropped").isEqualTo(1);
		}
	}

	@Test
	void aTransactionThatWasDroppedForNothingIsDoneByTheScriptOnce() {
		try (CommittingMember member = member(settings())) {
			member.commitUntilTransactions();
			for (int i = 0; i < 3; i++) {
				this.fixture.commands().pexpire(RedisKeys.lease("group", PARTITION), LONG_LEASE.toMillis());
				long before = member.executed();
				long scripts = member.calls("evalsha");
				member.commit(1);
				assertThat(member.executed() - before).as("dropped").isEqualTo(1);
				assertThat(member.calls("evalsha")).isGreaterThan(scripts);
				assertThat(member.isTransaction(() -> member.commit(1))).as("the next").isTrue();
			}
			member.assertApplied();
		}
	}

	@Test
	void aTransactionWhoseAnswerIsLostIsAppliedOnce() {
		try (CommittingMember member = new CommittingMember(this.fixture,
				new Application(this.fixture, Network.OTHER))) {
			member.commitUntilTransactions();
			this.fixture.proxy(Network.OTHER).swallowReplies();
			long before = member.executed();
			CompletableFuture<Void> last = member.owned().commit(member.next("out"));
			BackendCases.eventually().until(() -> member.outputs("out").size() == member.commits());
			assertThat(member.executed() - before).isEqualTo(1);
			assertThat(last).isNotDone();
			this.fixture.proxy(Network.OTHER).cut();
			this.fixture.proxy(Network.OTHER).restore();
			BackendCases.eventually().until(() -> {
				member.poll();
				return last.isDone();
			});
			assertThat(last).succeedsWithin(SOON);
			member.assertApplied();
		}
	}

	@Test
	void aTransactionThatMemoryIsTooFullForIsAppliedWhenThereIsRoom() {
		try (CommittingMember member = member(settings())) {
			member.commitUntilTransactions();
			int before = member.commits();
			this.fixture.fillUp();
			CompletableFuture<Void> next = member.owned().commit(member.next("out"));
			assertThat(next).as("refused, and sent again").failsWithin(Duration.ofSeconds(1));
			assertThat(member.outputs("out")).hasSize(before);
			this.fixture.makeRoom();
			assertThat(next).succeedsWithin(SOON);
			member.commitUntilTransactions();
			member.assertApplied();
		}
	}

	@Test
	void anOutputThatIsNoStreamIsNoticedBeforeAnythingIsApplied() {
		try (CommittingMember member = member(settings())) {
			member.commitUntilTransactions();
			this.fixture.commands().set(RedisKeys.stream("other", PARTITION), new byte[1]);
			member.assertRefused(member.next("out", "other"), FatalStreamException.class,
					"other:{P1} is a string, expected a stream");
		}
	}

	@Test
	void anOutputThatSomebodyReplacesIsNotPassedOver() {
		try (CommittingMember member = member(settings())) {
			member.commitUntilTransactions();
			this.fixture.commands().del(RedisKeys.stream("out", PARTITION));
			this.fixture.commands().set(RedisKeys.stream("out", PARTITION), new byte[1]);
			assertThat(member.owned().commit(member.next("out"))).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(FatalStreamException.class)
				.withMessageContaining("WRONGTYPE")
				.withMessageContaining("out:{P1}");
		}
	}

	@Test
	void whatWasLostOfAnInputCountsAsRead() {
		try (CommittingMember member = member(settings())) {
			member.commitUntilTransactions();
			this.fixture.commands().hset(RedisKeys.lost(PARTITION), "in group", RedisLink.bytes(1_000));
			member.commit(3);
			assertThat(member.shown())
				.isEqualTo(Map.of("last", member.commits() + "-0", "read", member.commits() + 1_000L));
			member.assertApplied();
		}
	}

	@Test
	void anEventOfMoreFieldsThanAScriptTakesIsRefusedAsTheScriptRefusesIt() {
		try (CommittingMember member = member(settings())) {
			member.commitUntilTransactions();
			Map<String, String> many = new LinkedHashMap<>();
			IntStream.range(0, 4_000).forEach((i) -> many.put("name" + i, "value"));
			member.assertRefused(member.next(new WireEvent(many, "key", RedisLink.bytes("data"))),
					FatalStreamException.class, "DOABWORDS");
		}
	}

}
