package io.doab.stream.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.Item;
import io.doab.conformance.Stalls;
import io.doab.conformance.ProcessingCases;
import io.doab.conformance.redis.RedisClusterFixture;
import io.doab.servers.RedisServer;
import io.doab.stream.Event;
import io.doab.stream.Partitioner;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.StreamPoint;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.spi.LogTail;
import io.doab.stream.spi.StreamRecord;
import io.lettuce.core.MigrateArgs;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What only a cluster can do to its clients.
 */
class RedisClusterTests implements BackendCases {

	/** So many that each server has some. */
	private static final int PARTITIONS = 12;

	private RedisClusterFixture fixture;

	@BeforeEach
	void startServers() {
		this.fixture = new RedisClusterFixture();
	}

	@AfterEach
	void stopServers() {
		this.fixture.close();
	}

	@Override
	public BackendFixture fixture() {
		return this.fixture;
	}

	@Test
	void whatIsBoundForAnotherSlotArrivesOnceAndInOrderWhileConnectionsAndOwnersChange() {
		// Each event goes out under a key that belongs elsewhere.
		ProcessorDefinition definition = ProcessorDefinition.named("rekey").on("in", Item.class, (event, context) -> {
			Item item = event.data();
			String key = "re" + item.key();
			context.emit("out", Event.of("rekeyed", key, new Item(key, item.number())));
		}).output("out").deduplicate(Duration.ofHours(1)).build();
		try (Application source = new Application(this.fixture, Network.ONE, PARTITIONS);
				Application stays = new Application(this.fixture, Network.OTHER, PARTITIONS)) {
			stays.start(definition);
			CompletableFuture<Void> publishing = source.publishSlowly("in", 6_000, 60);
			while (!publishing.isDone()) {
				try (Application comesAndGoes = new Application(this.fixture, Network.ONE, PARTITIONS)) {
					comesAndGoes.start(definition);
					BackendCases.eventually().until(() -> !comesAndGoes.status("rekey").partitions().isEmpty());
					this.fixture.faults(Network.OTHER).cut();
				}
			}
			publishing.join();
			BackendCases.eventually().untilAsserted(() -> assertThat(all("out")).hasSizeGreaterThanOrEqualTo(6_000));
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(IntStream.range(0, PARTITIONS)
					.mapToLong((partition) -> this.fixture.commands().xlen(RedisKeys.outbox("rekey", partition)))
					.sum()).isZero());
			assertThat(all("out")).hasSize(6_000);
			for (int key = 0; key < 60; key++) {
				String name = "rekey" + key;
				assertThat(this.fixture.read("out", Partitioner.partition(name, PARTITIONS))
					.stream()
					.filter((record) -> name.equals(record.event().key()))
					.map((record) -> new JsonPayloadCodec().decode(record.event().data(), Item.class).number()))
					.isEqualTo(IntStream.range(0, 100).boxed().toList());
			}
		}
	}

	@Test
	void whoReachesNoServerIsToldThatNoneAnswers() {
		this.fixture.faults(Network.OTHER).refuse();
		try (Application cutOff = new Application(this.fixture, Network.OTHER, PARTITIONS)) {
			assertThat(cutOff.publisher().publish("in", Item.event("key", 0))).failsWithin(Duration.ofSeconds(30))
				.withThrowableThat()
				.withMessageContaining("No server of the Redis Cluster at [")
				.withMessageContaining("answers");
		}
		finally {
			this.fixture.faults(Network.OTHER).restore();
		}
	}

	@Test
	void anEntryOfAnOutboxThatIsSentAgainIsNotTakenAgain() {
		String relayed = RedisKeys.relayed("group", 3, 1, "lease");
		String target = RedisKeys.stream("out", 3);
		for (String ids : List.of("5-0 5-1", "5-0", "5-1 6-0", "4-9")) {
			List<byte[]> words = new ArrayList<>(
					List.of(RedisLink.bytes(60_000), RedisLink.bytes(ids.split(" ", -1).length)));
			for (String id : ids.split(" ", -1)) {
				Stream.of(id, "1", "2", "data", id).map(RedisLink::bytes).forEach(words::add);
			}
			String reply = RedisLink.text(this.fixture.commands()
				.<byte[]>eval(RedisScript.RELAY.text(), ScriptOutputType.VALUE, new String[] { relayed, target },
						words.toArray(byte[][]::new)));
			assertThat(reply).isEqualTo("OK");
		}
		assertThat(this.fixture.commands().xrange(target, Range.unbounded()))
			.extracting((entry) -> RedisLink.text(entry.getBody().getOrDefault("data", new byte[0])))
			.containsExactly("5-0", "5-1", "6-0");
	}

	@Test
	void aServerThatIsAwayStopsItsOwnPartitionsOnly() {
		List<String> handled = new CopyOnWriteArrayList<>();
		ProcessorDefinition definition = ProcessorDefinition.named("partly")
			.on("in", Item.class, (event, context) -> handled.add(event.data().key()))
			.build();
		// A server that has not the group's members, which nobody can hear of meanwhile.
		int away = IntStream.range(0, PARTITIONS)
			.filter((partition) -> this.fixture.serverOf(partition) != this.fixture.servers()
				.ofSlot(SlotHash.getSlot(RedisKeys.members("partly"))))
			.findFirst()
			.orElseThrow();
		RedisServer server = this.fixture.serverOf(away);
		try (Application app = new Application(this.fixture, Network.ONE, PARTITIONS)) {
			app.start(definition);
			BackendCases.eventually().until(() -> app.status("partly").partitions().size() == PARTITIONS);
			server.kill();
			List<String> reachable = keysOf((partition) -> this.fixture.serverOf(partition) != server);
			app.publish("in", reachable.stream().map((key) -> Item.event(key, 0)).toList());
			BackendCases.eventually().untilAsserted(() -> assertThat(handled).containsAll(reachable));
			server.start();
			List<String> others = keysOf((partition) -> this.fixture.serverOf(partition) == server);
			others.forEach((key) -> app.publishUntilAccepted("in", Item.event(key, 1)));
			BackendCases.eventually().untilAsserted(() -> assertThat(handled).containsAll(others));
		}
	}

	@Test
	void aServerThatHangsHoldsUpTheOthersForMomentsOnly() {
		Queue<Long> handledAt = new ConcurrentLinkedQueue<>();
		ProcessorDefinition definition = ProcessorDefinition.named("hanging")
			.on("in", Item.class, (event, context) -> handledAt.add(System.nanoTime()))
			.build();
		int hung = IntStream.range(0, PARTITIONS)
			.filter((partition) -> this.fixture.serverOf(partition) != this.fixture.servers()
				.ofSlot(SlotHash.getSlot(RedisKeys.members("hanging"))))
			.findFirst()
			.orElseThrow();
		RedisServer server = this.fixture.serverOf(hung);
		try (Application app = new Application(this.fixture, Network.ONE, PARTITIONS); Stalls stalls = Stalls.watch()) {
			app.start(definition);
			BackendCases.eventually().until(() -> app.status("hanging").partitions().size() == PARTITIONS);
			List<String> reachable = keysOf((partition) -> this.fixture.serverOf(partition) != server);
			server.pause();
			try {
				// What was under way there has to time out first.
				long calm = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
				long end = calm + TimeUnit.SECONDS.toNanos(8);
				for (int i = 0; System.nanoTime() < end; i++) {
					var _ = app.publisher().publish("in", Item.event(reachable.get(i % reachable.size()), i));
					LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
				}
				long longest = 0;
				long last = calm;
				for (long at : handledAt.stream().filter((at) -> at > calm).sorted().toList()) {
					longest = Math.max(longest, at - last);
					last = at;
				}
				Duration most = Duration.ofMillis(1_500).plus(stalls.longest());
				assertThat(Duration.ofNanos(longest)).as("the longest time in which nothing of the others was handled")
					.isLessThan(most);
				assertThat(Duration.ofNanos(end - last)).as("since the last").isLessThan(most);
			}
			finally {
				server.resume();
			}
		}
	}

	@Test
	void aTailWaitsForAFirstConnectionThatTakesItsTime() throws InterruptedException {
		try (Application app = new Application(this.fixture, Network.ONE, PARTITIONS)) {
			// Not the server that is asked for the slots.
			RedisServer asked = this.fixture.servers().servers().getLast();
			String key = keysOf((partition) -> this.fixture.serverOf(partition) != asked).getFirst();
			app.publish("in", List.of(Item.event(key, 0)));
			StreamPartition partition = new StreamPartition("in", Partitioner.partition(key, PARTITIONS));
			RedisServer server = this.fixture.serverOf(partition.partition());
			try (LogTail tail = app.backend().reader().follow()) {
				Thread resuming = pauseForASecond(server);
				tail.add(Map.of(partition, StreamPoint.now()));
				resuming.join();
				app.publish("in", List.of(Item.event(key, 1)));
				resuming = pauseForASecond(server);
				assertThat(tail.poll(Duration.ofSeconds(10))).hasEntrySatisfying(partition,
						(entries) -> assertThat(entries).hasSize(1));
				resuming.join();
			}
		}
	}

	/** Longer than one server may keep a member from the others. */
	private static Thread pauseForASecond(RedisServer server) {
		server.pause();
		return Thread.startVirtualThread(() -> {
			BackendCases.pass(Duration.ofSeconds(1));
			server.resume();
		});
	}

	private static List<String> keysOf(IntPredicate partition) {
		return IntStream.range(0, 100)
			.mapToObj((i) -> "key" + i)
			.filter((key) -> partition.test(Partitioner.partition(key, PARTITIONS)))
			.toList();
	}

	@Test
	void slotsThatMoveUnderLoadPauseTheirPartitionAndLoseAndDoubleNothing() {
		try (Application app = new Application(this.fixture, Network.OTHER);
				Application source = new Application(this.fixture, Network.ONE)) {
			app.start(ProcessingCases.copy("copy", "in", "out")
				.state("unused", String.class)
				.deduplicate(Duration.ofHours(1))
				.build());
			CompletableFuture<Void> publishing = source.publishSlowly("in", 5_000, 50);
			BackendCases.eventually().until(() -> !read("out").isEmpty());
			for (int partition = 0; partition < 3; partition++) {
				moveSlot(SlotHash.getSlot(RedisKeys.stream("any", partition)));
			}
			publishing.join();
			assertEachOnceInOrder("out", 5_000, 50);
		}
	}

	/** As {@code redis-cli --cluster reshard} does it. */
	private void moveSlot(int slot) {
		RedisServer from = this.fixture.servers().ofSlot(slot);
		RedisServer to = this.fixture.servers()
			.servers()
			.stream()
			.filter((server) -> server != from)
			.findFirst()
			.orElseThrow();
		try (RedisClient ofSource = RedisClient.create("redis://localhost:" + from.port());
				RedisClient ofTarget = RedisClient.create("redis://localhost:" + to.port())) {
			RedisCommands<String, String> source = ofSource.connect().sync();
			RedisCommands<String, String> target = ofTarget.connect().sync();
			target.clusterSetSlotImporting(slot, source.clusterMyId());
			source.clusterSetSlotMigrating(slot, target.clusterMyId());
			for (List<String> keys = source.clusterGetKeysInSlot(slot, 1); !keys.isEmpty(); keys = source
				.clusterGetKeysInSlot(slot, 1)) {
				source.migrate("127.0.0.1", to.port(), 0, 5_000, MigrateArgs.Builder.keys(keys));
			}
			target.clusterSetSlotNode(slot, target.clusterMyId());
			source.clusterSetSlotNode(slot, target.clusterMyId());
		}
	}

	private List<StreamRecord> all(String stream) {
		return IntStream.range(0, PARTITIONS)
			.boxed()
			.flatMap((partition) -> this.fixture.read(stream, partition).stream())
			.toList();
	}

}
