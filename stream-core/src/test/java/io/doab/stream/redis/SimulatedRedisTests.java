package io.doab.stream.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;

import io.doab.servers.Ports;
import io.doab.servers.RedisServer;
import io.doab.stream.StreamPartition;
import io.doab.stream.redis.SimulatedRedis.Grant;
import io.doab.stream.redis.SimulatedRedis.Group;
import io.doab.stream.redis.SimulatedRedis.Watched;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.StateChange;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.WireEvent;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.ZAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The model and the server, given the same scripts and transactions, do the same.
 */
class SimulatedRedisTests {

	private static final int OPERATIONS = 3_000;

	private static final int PARTITIONS = 3;

	private static final long LEASE_MILLIS = Duration.ofHours(1).toMillis();

	private static final String GROUP = "group";

	private final SplittableRandom random = new SplittableRandom(1);

	private final List<String> publishedByModel = new ArrayList<>();

	private final List<String> published = new CopyOnWriteArrayList<>();

	private final SimulatedRedis model = new SimulatedRedis(PARTITIONS, null, this.publishedByModel::add);

	/** Every value that a lease has had. */
	private final List<String> values = new ArrayList<>(List.of("nobody:1:none"));

	private final List<String> nonces = new ArrayList<>(List.of("none"));

	private final List<String> assignments = new ArrayList<>(List.of(""));

	private final long[] numbers = new long[PARTITIONS];

	private final List<List<String>> commits = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

	private long commitsOfAll;

	/** What a connection of each partition watches. */
	private final @Nullable Watched[] watched = new Watched[PARTITIONS];

	private final List<StatefulRedisConnection<String, byte[]>> watching = new ArrayList<>();

	private int transactions;

	private int droppedTransactions;

	@Test
	void theModelAnswersWhatTheServerAnswers(@TempDir Path folder) {
		try (RedisServer server = RedisServer.start(Ports.free(), folder);
				RedisClient client = RedisClient.create("redis://localhost:" + server.port())) {
			StatefulRedisConnection<String, byte[]> connection = client.connect(TextKeyCodec.INSTANCE);
			try (RedisSession session = new RedisSession(client, connection, "", Duration.ofSeconds(10), () -> {
			})) {
				session.listen(RedisKeys.changes(GROUP), this.published::add);
				for (int i = 0; i < PARTITIONS; i++) {
					this.watching.add(client.connect(TextKeyCodec.INSTANCE));
				}
				for (int i = 0; i < OPERATIONS; i++) {
					operate(session, connection.sync());
				}
				Awaitility.await().untilAsserted(() -> assertThat(this.published).hasSameSizeAs(this.publishedByModel));
				assertThat(this.published).isEqualTo(this.publishedByModel).contains("changed", "0", "1", "2");
				assertSameKeys(connection.sync());
				assertThat(this.commitsOfAll).isGreaterThan(OPERATIONS / 50);
				assertThat(this.transactions).isGreaterThan(OPERATIONS / 50);
				assertThat(this.droppedTransactions).isGreaterThan(OPERATIONS / 50);
			}
		}
	}

	/** By a clock of its own, as the model's stands still. */
	@ParameterizedTest
	@EnumSource
	void aTransactionIsDroppedWhenALeaseThatItsConnectionWatchesRanOut(ProtocolVersion protocol, @TempDir Path folder) {
		try (RedisServer server = RedisServer.start(Ports.free(), folder);
				RedisClient client = RedisClient.create("redis://localhost:" + server.port())) {
			client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
			StatefulRedisConnection<String, byte[]> connection = client.connect(TextKeyCodec.INSTANCE);
			RedisCommands<String, byte[]> redis = connection.sync();
			for (boolean over : List.of(false, true)) {
				redis.psetex(RedisKeys.lease(GROUP, 0), 1_000, RedisLink.bytes("m0:1:nonce"));
				redis.watch(RedisKeys.lease(GROUP, 0), RedisKeys.checkpoint(GROUP, 0));
				if (over) {
					// Who asks for the key would have the server remove it.
					Awaitility.await().pollDelay(Duration.ofMillis(1_050)).until(() -> true);
				}
				CommitTransaction transaction = new CommitTransaction(contents(0, "m0:1:nonce", 1, 1));
				var _ = connection.dispatch(transaction.batch().commands());
				assertThat(redis.ping()).isEqualTo("PONG");
				assertThat(transaction.isApplied()).isEqualTo(!over);
				assertThat(redis.xlen(RedisKeys.stream("out", 0))).isOne();
			}
		}
	}

	private void operate(RedisSession session, RedisCommands<String, byte[]> redis) {
		int partition = this.random.nextInt(PARTITIONS);
		switch (this.random.nextInt(64)) {
			case 0 -> {
				redis.del(RedisKeys.lease(GROUP, partition));
				this.model.deleteLease(partition);
			}
			case 1 -> {
				String member = member();
				redis.zadd(RedisKeys.members(GROUP), ZAddArgs.Builder.xx(), 1, RedisLink.bytes(member));
				this.model.expire(member);
			}
			case 2 -> {
				if (this.random.nextInt(20) == 0) {
					redis.flushall();
					this.model.flush();
					this.commits.forEach(List::clear);
				}
			}
			case 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 -> heartbeat(session);
			case 13, 14, 15, 16, 17, 18 -> acquire(session, redis, partition);
			case 19, 20, 21, 22 -> release(session, partition);
			case 23, 24, 25, 26, 27, 28, 29, 30 -> renew(session, partition);
			case 31, 32, 33, 34, 35, 36, 37, 38 -> watch(partition);
			case 39, 40, 41, 42, 43, 44, 45, 46, 47, 48 -> execute(session, redis, partition);
			default -> commit(session, redis, partition);
		}
	}

	private String member() {
		return "m" + this.random.nextInt(3);
	}

	/** One of the last, or any. */
	private String any(List<String> words) {
		int from = this.random.nextBoolean() ? Math.max(0, words.size() - 4) : 0;
		return words.get(from + this.random.nextInt(words.size() - from));
	}

	private String value(int partition) {
		String present = this.model.lease(0, partition);
		return (present != null && this.random.nextInt(4) > 0) ? present : any(this.values);
	}

	private void heartbeat(RedisSession session) {
		String member = member();
		long millis = (this.random.nextInt(4) == 0) ? 0 : LEASE_MILLIS;
		String base = this.random.nextBoolean() ? null
				: this.random.nextBoolean() ? this.model.assignment() : any(this.assignments);
		String proposal = this.assignments.size() + " " + member + "=0,1,2";
		List<byte[]> words = new ArrayList<>(
				List.of(RedisLink.bytes(member), RedisLink.bytes(millis), RedisLink.bytes(RedisKeys.changes(GROUP))));
		if (base != null) {
			this.assignments.add(proposal);
			words.add(RedisLink.bytes(base));
			words.add(RedisLink.bytes(proposal));
		}
		List<Object> answer = session.await("heartbeat", session.run(RedisScript.HEARTBEAT, ScriptOutputType.MULTI,
				new String[] { RedisKeys.members(GROUP), RedisKeys.assignment(GROUP) }, words.toArray(byte[][]::new)));
		Group group = this.model.heartbeat(0, member, millis, base, proposal);
		assertThat(RedisLink.text((byte[]) answer.getFirst())).isEqualTo(group.assignment());
		assertThat((Long) answer.get(1)).isBetween(sinceThen(group.otherEndsIn()), group.otherEndsIn());
		assertThat(answer.subList(2, answer.size()).stream().map((word) -> RedisLink.text((byte[]) word)))
			.containsExactlyInAnyOrderElementsOf(group.members());
	}

	/** What of a time may be left on the server, while the model's clock stands still. */
	private static long sinceThen(long millis) {
		return (millis < 0) ? millis : millis - Duration.ofMinutes(10).toMillis();
	}

	private void acquire(RedisSession session, RedisCommands<String, byte[]> redis, int partition) {
		String member = member();
		String nonce = (this.random.nextInt(4) == 0) ? any(this.nonces) : Long.toHexString(this.random.nextLong());
		this.nonces.add(nonce);
		List<Object> answer = session.await("acquire",
				session.run(RedisScript.ACQUIRE, ScriptOutputType.MULTI,
						new String[] { RedisKeys.lease(GROUP, partition), RedisKeys.epoch(GROUP, partition),
								RedisKeys.checkpoint(GROUP, partition), RedisKeys.stream("in", partition) },
						RedisLink.bytes(member), RedisLink.bytes(nonce), RedisLink.bytes(LEASE_MILLIS),
						RedisLink.bytes(GROUP)));
		String formerOwner = this.model.owner(partition);
		Grant grant = this.model.acquire(0, partition, member, nonce, LEASE_MILLIS);
		assertThat(answer.getFirst()).isEqualTo(grant.epoch());
		if (grant.epoch() == 0) {
			assertThat((Long) answer.get(1)).isBetween(sinceThen(grant.freeIn()), grant.freeIn());
			return;
		}
		this.values.add(member + ':' + grant.epoch() + ':' + nonce);
		List<?> fields = (List<?>) answer.get(2);
		long number = 0;
		String owner = null;
		for (int i = 0; i < fields.size(); i += 2) {
			if (RedisLink.text((byte[]) fields.get(i)).equals("#commit")) {
				number = Long.parseLong(RedisLink.text((byte[]) fields.get(i + 1)));
			}
			else if (RedisLink.text((byte[]) fields.get(i)).equals("#owner")) {
				owner = RedisLink.text((byte[]) fields.get(i + 1));
			}
		}
		assertThat(number).isEqualTo(grant.number());
		assertThat(owner).isEqualTo(formerOwner);
		assertThat(content(redis, partition)).isEqualTo(grant.content());
		this.numbers[partition] = number;
	}

	private void release(RedisSession session, int partition) {
		String value = value(partition);
		Long released = session.await("release",
				session.run(RedisScript.RELEASE, ScriptOutputType.INTEGER,
						new String[] { RedisKeys.lease(GROUP, partition), RedisKeys.checkpoint(GROUP, partition) },
						RedisLink.bytes(value), RedisLink.bytes(RedisKeys.changes(GROUP)), RedisLink.bytes(partition)));
		assertThat(released).isEqualTo(this.model.release(0, partition, value));
	}

	private void renew(RedisSession session, int partition) {
		String value = value(partition);
		Long renewed = session.await("renew",
				session.run(RedisScript.RENEW, ScriptOutputType.INTEGER,
						new String[] { RedisKeys.lease(GROUP, partition) }, RedisLink.bytes(value),
						RedisLink.bytes(LEASE_MILLIS)));
		assertThat(renewed).isEqualTo(this.model.renew(0, partition, value, LEASE_MILLIS));
	}

	private void commit(RedisSession session, RedisCommands<String, byte[]> redis, int partition) {
		String value = value(partition);
		long number = this.numbers[partition] + this.random.nextInt(10) / 4;
		long id = ++this.commitsOfAll;
		CommitWords words = new CommitWords(contents(partition, value, number, id));
		byte[] answer = session.await("commit",
				session.run(RedisScript.COMMIT, ScriptOutputType.VALUE, words.keys(), words.words()));
		assertThat(RedisLink.text(answer)).isEqualTo(this.model.commit(0, partition, value, LEASE_MILLIS, number, id));
		assertThat(content(redis, partition)).isEqualTo(this.model.content(partition));
		if (RedisLink.text(answer).equals("OK")) {
			applied(partition, number, id);
		}
	}

	private static CommitContents contents(int partition, String value, long number, long id) {
		byte[] text = RedisLink.bytes(id);
		AtomicCommit commit = new AtomicCommit(Map.of(),
				List.of(new Append(new StreamPartition("out", partition), new WireEvent(Map.of(), null, text))),
				List.of(new StateChange(new StateKey("content", "last"), text)), List.of());
		return CommitContents.of(GROUP, partition, value, LEASE_MILLIS, number, commit, false);
	}

	private void applied(int partition, long number, long id) {
		this.numbers[partition] = number;
		this.commits.get(partition).add(Long.toString(id));
	}

	private void watch(int partition) {
		RedisCommands<String, byte[]> on = this.watching.get(partition).sync();
		on.unwatch();
		on.watch(RedisKeys.lease(GROUP, partition), RedisKeys.checkpoint(GROUP, partition));
		this.watched[partition] = this.model.watch(0, partition);
	}

	private void execute(RedisSession session, RedisCommands<String, byte[]> redis, int partition) {
		Watched since = this.watched[partition];
		if (since == null) {
			return;
		}
		this.watched[partition] = null;
		long number = since.number() + 1;
		long id = ++this.commitsOfAll;
		CommitTransaction transaction = new CommitTransaction(
				contents(partition, String.valueOf(since.lease()), number, id));
		StatefulRedisConnection<String, byte[]> on = this.watching.get(partition);
		var _ = on.dispatch(transaction.batch().commands());
		session.await("execute", on.async().ping());
		boolean applied = transaction.isApplied();
		assertThat(applied).isEqualTo(this.model.execute(0, partition, since, LEASE_MILLIS, number, id));
		assertThat(content(redis, partition)).isEqualTo(this.model.content(partition));
		if (applied) {
			applied(partition, number, id);
			this.transactions++;
		}
		else {
			this.droppedTransactions++;
		}
	}

	private static long content(RedisCommands<String, byte[]> redis, int partition) {
		byte[] content = redis.hget(RedisKeys.state(GROUP, partition, "content"), "last");
		return (content != null) ? Long.parseLong(RedisLink.text(content)) : 0;
	}

	private void assertSameKeys(RedisCommands<String, byte[]> redis) {
		for (int partition = 0; partition < PARTITIONS; partition++) {
			assertThat(text(redis.get(RedisKeys.lease(GROUP, partition)))).isEqualTo(this.model.lease(0, partition));
			String epoch = text(redis.get(RedisKeys.epoch(GROUP, partition)));
			assertThat((epoch != null) ? Long.parseLong(epoch) : 0).isEqualTo(this.model.epoch(partition));
			assertThat(redis.xrange(RedisKeys.stream("out", partition), Range.unbounded()))
				.extracting((entry) -> text(entry.getBody().get("data")))
				.isEqualTo(this.commits.get(partition));
		}
	}

	private static @Nullable String text(byte @Nullable [] bytes) {
		return (bytes != null) ? RedisLink.text(bytes) : null;
	}

}
