package io.doab.stream.redis;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.doab.servers.Ports;
import io.doab.servers.RedisServer;
import io.doab.stream.StreamDefinition;
import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.Item;
import io.doab.conformance.OwnershipCases;
import io.doab.conformance.ProcessingCases;
import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StartAt;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.spi.GroupSpec;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.sync.RedisCommands;

import io.doab.conformance.redis.RedisFixture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What only Redis can do to its clients.
 */
class RedisFaultTests implements BackendCases {

	private RedisFixture fixture;

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

	private static long count(RedisCommands<String, byte[]> redis, String stream) {
		return IntStream.range(0, 3).mapToLong((partition) -> redis.xlen(RedisKeys.stream(stream, partition))).sum();
	}

	private static void publishUntilAccepted(Application app, List<io.doab.stream.Event<Item>> events) {
		events.forEach((event) -> BackendCases.eventually()
			.ignoreExceptions()
			.until(() -> app.publisher().publish("in", event).join() != null));
	}

	@Test
	void aServerThatWentBackToAnEarlierStateIsNoticedByTheNumberOfTheCommit() {
		try (Application app = new Application(this.fixture)) {
			app.start(ProcessingCases.copy("copy", "in", "out").build());
			app.publish("in", Item.events(300, 30));
			BackendCases.eventually().untilAsserted(() -> assertThat(read("out")).hasSize(300));
			long epoch = epochOf("copy", 1);
			this.fixture.commands()
				.hset(RedisKeys.checkpoint("copy", 1), "#commit", "0".getBytes(StandardCharsets.UTF_8));
			app.publish("in", IntStream.range(0, 30).mapToObj((i) -> Item.event("key" + i, 10)).toList());
			assertEachOnceInOrder("out", 330, 30);
			assertThat(epochOf("copy", 1)).isGreaterThan(epoch);
		}
	}

	@Test
	void aLeaseThatIsGoneIsNotSetAgainButAcquiredUnderANewEpoch() {
		try (Application app = new Application(this.fixture)) {
			app.start(ProcessingCases.copy("copy", "in", "out").build());
			BackendCases.eventually().until(() -> app.status("copy").partitions().size() == 3);
			long epoch = epochOf("copy", 0);
			this.fixture.commands().del(RedisKeys.lease("copy", 0));
			app.publish("in", Item.events(300, 30));
			assertEachOnceInOrder("out", 300, 30);
			assertThat(epochOf("copy", 0)).isGreaterThan(epoch);
		}
	}

	private long epochOf(String group, int partition) {
		return Long.parseLong(
				new String(this.fixture.commands().get(RedisKeys.epoch(group, partition)), StandardCharsets.UTF_8));
	}

	@Test
	void aKeyOfTheWrongTypeIsSaidAndCommitsNothingUntilItIsMended() {
		try (Application app = new Application(this.fixture)) {
			app.publish("in", Item.events(300, 30));
			for (int partition = 0; partition < 3; partition++) {
				this.fixture.commands().set(RedisKeys.stream("out", partition), new byte[1]);
			}
			app.start(ProcessingCases.copy("copy", "in", "out").build());
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(app.status("copy").state()).isEqualTo(ProcessorStatus.State.FAILED));
			assertThat(app.status("copy").reason()).contains("out:{P").contains("is a string, expected a stream");
			for (int partition = 0; partition < 3; partition++) {
				assertThat(this.fixture.lag("copy", "in", partition)).isPositive();
				this.fixture.commands().del(RedisKeys.stream("out", partition));
			}
			assertEachOnceInOrder("out", 300, 30);
		}
	}

	@Test
	void afterAFlushOfEverythingWhatComesThenIsProcessedAndNothingIsWaitedFor() {
		try (Application app = new Application(this.fixture)) {
			app.start(ProcessingCases.copy("copy", "in", "out").build());
			app.publish("in", Item.events(300, 30));
			assertEachOnceInOrder("out", 300, 30);
			this.fixture.commands().flushall();
			app.publish("in", Item.events(300, 30));
			assertEachOnceInOrder("out", 300, 30);
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(app.status("copy").state()).isEqualTo(ProcessorStatus.State.RUNNING));
		}
	}

	@Test
	void scriptsThatTheServerForgotAreSentAgain() {
		try (Application app = new Application(this.fixture)) {
			app.start(ProcessingCases.copy("copy", "in", "out").build());
			CompletableFuture<Void> publishing = app.publishSlowly("in", 600, 20);
			while (!publishing.isDone()) {
				this.fixture.commands().scriptFlush();
				BackendCases.eventually().pollDelay(Duration.ofMillis(100)).until(() -> true);
			}
			assertEachOnceInOrder("out", 600, 20);
		}
	}

	@Test
	void anEntryReadsAsItsAttributesAndItsData() {
		try (Application app = new Application(this.fixture)) {
			app.publish("in", List.of(Item.event("key0", 0)));
			Map<String, byte[]> fields = IntStream.range(0, 3)
				.boxed()
				.flatMap((partition) -> this.fixture.commands()
					.xrange(RedisKeys.stream("in", partition), Range.unbounded())
					.stream())
				.findFirst()
				.orElseThrow()
				.getBody();
			assertThat(fields.keySet()).containsExactly("specversion", "id", "type", "source", "time",
					"datacontenttype", "partitionkey", "data");
			assertThat(new String(fields.get("data"), StandardCharsets.UTF_8))
				.isEqualTo("{\"key\":\"key0\",\"number\":0}");
		}
	}

	@Test
	void anEntryWithFieldsOfItsOwnIsAnEventWhosePayloadTheyAre() {
		ProcessorDefinition copy = ProcessorDefinition.named("copy")
			.on("in", byte[].class,
					(event, context) -> context.emit("out",
							Event.of(event.type(), event.key(), new String(event.data(), StandardCharsets.UTF_8))
								.withId(event.id())))
			.output("out")
			.build();
		try (Application app = new Application(this.fixture)) {
			app.declare("in");
			for (String status : List.of("payment_received", "product_shipped")) {
				this.fixture.commands()
					.xadd("in:{P0}", Map.of("id", bytes("order1234"), "status", bytes(status), "partitionkey",
							bytes("order1234")));
			}
			this.fixture.commands().xadd("in:{P0}", Map.of("picture", new byte[] { -1, -2 }));
			app.start(copy);
			BackendCases.eventually().untilAsserted(() -> assertThat(read("out")).hasSize(2));
			assertThat(read("out")).extracting((record) -> new String(record.event().data(), StandardCharsets.UTF_8))
				.anyMatch((text) -> text.contains("order1234") && text.contains("payment_received"))
				.anyMatch((text) -> text.contains("order1234") && text.contains("product_shipped"));
			assertThat(read("out")).extracting((record) -> record.event().key()).containsOnly("order1234");
			assertThat(BackendCases.ids(read("out"))).doesNotHaveDuplicates().doesNotContain("order1234");
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(read("in.dead-letter")).singleElement()
					.satisfies((letter) -> assertThat(letter.event().attributes()).hasEntrySatisfying("dlmessage",
							(message) -> assertThat(message).contains("not UTF-8"))));
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Test
	void retentionRemovesWhatIsOldAndDoneAndNothingThatAGroupHasNotDone() {
		RedisSettings fast = RedisSettings.defaults().withTrimInterval(Duration.ofMillis(200));
		try (Application app = new Application(this.fixture); var trimming = this.fixture.newBackend(fast)) {
			StreamDefinition definition = new StreamDefinition("in", 3, Duration.ofHours(1), 0);
			app.declare("in");
			for (int i = 0; i < 300; i++) {
				this.fixture.commands()
					.xadd("in:{P0}", new XAddArgs().id((1_000 + i) + "-0"),
							Map.of("data", "{}".getBytes(StandardCharsets.UTF_8)));
			}
			app.start(ProcessingCases.copy("reads", "in", "out").build());
			this.fixture.commands()
				.xgroupCreate(io.lettuce.core.XReadArgs.StreamOffset.from("in:{P0}", "1149-0"), "slow");
			BackendCases.eventually().untilAsserted(() -> assertThat(this.fixture.lag("reads", "in", 0)).isZero());
			trimming.declare(List.of(definition));
			// Redis trims whole nodes of some hundred entries: less than all of what is
			// allowed goes.
			BackendCases.eventually().until(() -> this.fixture.commands().xlen("in:{P0}") < 300);
			BackendCases.eventually().pollDelay(Duration.ofSeconds(1)).until(() -> true);
			assertThat(this.fixture.commands().xrange("in:{P0}", Range.create("1150-0", "1299-0"))).hasSize(150);
		}
	}

	@Test
	void aServerThatBecomesAReplicaIsLeftForTheMaster(@TempDir Path folder) {
		try (RedisServer next = RedisServer.start(Ports.free(), folder);
				Application app = new Application(this.fixture, Network.OTHER)) {
			app.start(ProcessingCases.copy("copy", "in", "out").build());
			app.publish("in", Item.events(30, 30));
			assertEachOnceInOrder("out", 30, 30);
			RedisClient client = RedisClient.create("redis://localhost:" + next.port());
			RedisCommands<String, byte[]> onNext = client.connect(TextKeyCodec.INSTANCE).sync();
			onNext.replicaof("127.0.0.1", this.fixture.server().port());
			BackendCases.eventually().until(() -> count(onNext, "out") == 30);
			// The old master lives on and keeps its connections, as after a planned
			// failover.
			this.fixture.proxy(Network.OTHER).leadTo(next.port());
			onNext.replicaofNoOne();
			this.fixture.commands().replicaof("127.0.0.1", next.port());
			publishUntilAccepted(app, IntStream.range(0, 30).mapToObj((i) -> Item.event("key" + i, 1)).toList());
			BackendCases.eventually().until(() -> count(onNext, "out") == 60);
			assertThat(app.backend().status().up()).isTrue();
			client.shutdown();
		}
	}

	@Test
	void anEventOfMoreFieldsThanACommandTakesIsDeadLettered() {
		try (Application app = new Application(this.fixture)) {
			app.declare("in");
			Map<String, byte[]> fields = new HashMap<>(Map.of("specversion", new byte[] { '1' }));
			for (int i = 0; i < 5_000; i++) {
				fields.put("field" + i, new byte[] { '1' });
			}
			this.fixture.commands().xadd("in:{P0}", fields);
			app.start(ProcessingCases.copy("copy", "in", "out").build());
			app.publish("in", Item.events(300, 30));
			assertEachOnceInOrder("out", 300, 30);
			BackendCases.eventually().untilAsserted(() -> assertThat(read("in.dead-letter")).hasSize(1));
			assertThat(read("in.dead-letter").getFirst().event().attributes().get("dlattributes"))
				.contains("field4999=1");
		}
	}

	@Test
	void whoseAnswerIsLostAsItTakesAPartitionKnowsAllTheSameThatTheOwnerBeforeVanished() {
		BackendFixture.Faults faults = this.fixture.faults(Network.OTHER);
		for (int request = 1; request <= 16; request++) {
			AtomicReference<CompletableFuture<Void>> mending = new AtomicReference<>(CompletableFuture.allOf());
			String group = "vanished" + request;
			this.fixture.commands()
				.hset("doab:" + group + ":{P0}:checkpoint", "#owner", "gone:1".getBytes(StandardCharsets.UTF_8));
			GroupSpec spec = new GroupSpec(group, List.of("in"), 1, Set.of(), false, StartAt.EARLIEST, 100);
			try (Application app = new Application(this.fixture, Network.OTHER, 1);
					OwnershipCases.Member member = new OwnershipCases.Member(app, spec)) {
				faults.beforeRequest(request, () -> {
					faults.swallowReplies();
					mending.set(BackendCases.inBackground(() -> {
						BackendCases.pass(Duration.ofMillis(100));
						faults.cut();
						faults.restore();
					}));
				});
				member.pollUntilOwning(1);
				assertThat(member.owning(0).formerOwnerVanished()).as("when answer %d is lost", request).isTrue();
			}
			finally {
				mending.get().join();
				faults.restore();
			}
		}
	}

	@Test
	void retentionKeepsUpWithManyEvents() {
		RedisSettings fast = RedisSettings.defaults().withTrimInterval(Duration.ofSeconds(2));
		try (var trimming = this.fixture.newBackend(fast)) {
			for (int i = 0; i < 120_000; i++) {
				var _ = this.fixture.asynchronous()
					.xadd("in:{P0}", new XAddArgs().id((1_000 + i) + "-0"),
							Map.of("data", "{}".getBytes(StandardCharsets.UTF_8)));
			}
			BackendCases.eventually().until(() -> this.fixture.commands().xlen("in:{P0}") == 120_000);
			// A retention of centuries is no error, and keeps no other stream from its
			// own.
			trimming.declare(List.of(new StreamDefinition("kept", 1, Duration.ofDays(100_000), 0),
					new StreamDefinition("in", 1, Duration.ofHours(1), 0)));
			this.fixture.commands().xadd("kept:{P0}", Map.of("data", new byte[1]));
			// Ten thousand a round would take 24 seconds.
			BackendCases.eventually()
				.atMost(Duration.ofSeconds(15))
				.until(() -> this.fixture.commands().xlen("in:{P0}") < 200);
			assertThat(this.fixture.commands().xlen("kept:{P0}")).isEqualTo(1);
		}
	}

	@Test
	void aServerThatFollowedAnotherAndLeadsAgainIsTakenForAnother(@TempDir Path folder) {
		try (RedisServer other = RedisServer.start(Ports.free(), folder)) {
			String before = info();
			this.fixture.server().command("REPLICAOF", "127.0.0.1", String.valueOf(other.port()));
			BackendCases.eventually().until(() -> info().contains("master_link_status:up"));
			this.fixture.server().command("REPLICAOF", "NO", "ONE");
			assertThat(RedisLink.runId(info()).split("/", -1)[0]).isEqualTo(RedisLink.runId(before).split("/", -1)[0]);
			assertThat(RedisLink.runId(info())).isNotEqualTo(RedisLink.runId(before));
		}
	}

	private String info() {
		return this.fixture.commands().info("server") + this.fixture.commands().info("replication");
	}

}
