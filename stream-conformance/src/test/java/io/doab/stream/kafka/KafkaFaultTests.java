package io.doab.stream.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.StateChange;
import io.doab.stream.error.FencedException;
import io.doab.stream.Event;
import io.doab.stream.Position;
import io.doab.stream.EventCursor;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.QueueDefinition;
import io.doab.stream.QueueOutcome;
import io.doab.stream.StreamPoint;
import io.doab.stream.StreamRange;
import io.doab.stream.StartAt;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartition;
import io.doab.conformance.Application;
import io.doab.conformance.BackendCases;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.Item;
import io.doab.conformance.OwnershipCases;
import io.doab.conformance.ProcessingCases;
import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.WireEvent;

import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ProducerFencedException;

import io.doab.conformance.kafka.KafkaFixture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What only Kafka can do to its clients.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaFaultTests implements BackendCases {

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
	void aQueueThatTheBrokersCannotServeIsRefusedByNameAndTaughtWhatTheyAllow() {
		String in = unique("in");
		String tooShort = unique("short");
		String tooMany = unique("many");
		String taken = unique("taken");
		try (Application app = new Application(this.fixture)) {
			app.publish(in, Item.events(3, 3));
			try (Application other = new Application(this.fixture)) {
				other.start(ProcessorDefinition.named(taken).on(in, Item.class, (event, context) -> {
				}).build());
				BackendCases.eventually().until(() -> other.status(taken).partitions().size() == 3);
			}
			app.start(queue(tooShort, in).visibilityTime(Duration.ofMillis(500)).build(),
					queue(tooMany, in).deliveryLimit(9).build(), queue(taken, in).build());
			assertRefused(app, tooShort, "doab.queues[" + tooShort + "].visibility-time");
			assertRefused(app, tooMany, "doab.queues[" + tooMany + "].delivery-limit to 5");
			assertRefused(app, taken, "has the name of a group of type");
		}
	}

	private static QueueDefinition.Builder queue(String name, String in) {
		return QueueDefinition.named(name).on(in, Item.class, (event, context) -> QueueOutcome.acknowledge());
	}

	private static void assertRefused(Application app, String queue, String why) {
		BackendCases.eventually()
			.untilAsserted(() -> assertThat(app.queueStatus(queue).state()).isEqualTo(ProcessorStatus.State.FAILED));
		assertThat(app.queueStatus(queue).reason()).contains("Queue '" + queue + "'", why);
	}

	@Test
	void retentionKeepsWhatAQueueHasInFlight() {
		String in = unique("in");
		CountDownLatch end = new CountDownLatch(1);
		List<String> handled = new CopyOnWriteArrayList<>();
		QueueDefinition queue = QueueDefinition.named(unique("retained")).on(in, Item.class, (event, context) -> {
			if (event.id().equals("key0-1")) {
				end.await();
			}
			handled.add(event.id());
			return QueueOutcome.acknowledge();
		}).visibilityTime(Duration.ofSeconds(2)).build();
		try (Application app = new Application(this.fixture, Network.ONE, 1)) {
			app.publish(in, Item.events(10, 1));
			app.start(queue);
			BackendCases.eventually().until(() -> Set.copyOf(handled).size() == 9);
			TopicPartition input = new TopicPartition(in, 0);
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(progress(input)).hasEntrySatisfying(input,
						(offsets) -> assertThat(offsets.values()).singleElement()
							.satisfies((offset) -> assertThat(offset).isLessThanOrEqualTo(1L))));
			end.countDown();
			BackendCases.eventually().untilAsserted(() -> assertThat(progress(input)).isEmpty());
		}
		finally {
			end.countDown();
		}
	}

	/** Up to where groups that are not done allow a partition to be trimmed. */
	private Map<TopicPartition, Map<String, Long>> progress(TopicPartition input) {
		Map<String, Object> config = Map.of("bootstrap.servers", this.fixture.address(Network.ONE));
		return new GroupProgress(this.fixture.admin(), new ChangelogReader(
				new KafkaClients(config, config, config, this.fixture.settings()), this.fixture.admin()))
			.done(Set.of(input), new HashMap<>());
	}

	@Test
	void anOpenTransactionOfAnUnknownOwnerIsWaitedForAndTheGroupDoesNotBeginAnew() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("copy");
		copyAll(group, in, out, 0, 10);
		try (Producer<byte[], byte[]> open = this.fixture.transactional(unique("unknown"), Duration.ofSeconds(2))) {
			open.beginTransaction();
			open.sendOffsetsToTransaction(offsets(in, 2), this.fixture.outsider(group));
			copyAll(group, in, out, 10, 10);
		}
	}

	/** Nor does it hold up what was committed, once it is known to come to nothing. */
	@Test
	void whatIsNotCommittedIsNotRead() {
		String in = unique("in");
		StreamRange whole = StreamRange.of(in).partition(0);
		byte[] data = { '1' };
		try (Application app = new Application(this.fixture);
				Producer<byte[], byte[]> open = this.fixture.transactional(unique("open"), Duration.ofSeconds(20))) {
			app.declare(in);
			this.fixture.appendForeign(in, 0, data, data);
			open.beginTransaction();
			for (int i = 0; i < 200; i++) {
				var _ = open.send(new ProducerRecord<>(in, 0, data, data));
			}
			open.flush();
			this.fixture.appendForeign(in, 0, data, data);
			assertThat(offsets(app, whole)).containsExactly(0L);
			assertThat(offsets(app, whole.backwards())).containsExactly(0L);
			open.abortTransaction();
			BackendCases.eventually().untilAsserted(() -> assertThat(offsets(app, whole)).containsExactly(0L, 201L));
			assertThat(offsets(app, whole.backwards())).containsExactly(201L, 0L);
			assertThat(offsets(app, whole.backwards().limit(1))).containsExactly(201L);
		}
	}

	@Test
	void timesAreThoseOfTheBrokerWhateverAProducerSays() {
		String in = unique("in");
		byte[] data = { '1' };
		Instant began = Instant.now();
		try (Application app = new Application(this.fixture);
				Producer<byte[], byte[]> late = this.fixture.transactional(unique("late"), Duration.ofSeconds(6))) {
			app.declare(in);
			late.beginTransaction();
			var _ = late
				.send(new ProducerRecord<>(in, 0, began.minus(Duration.ofDays(365)).toEpochMilli(), data, data));
			late.commitTransaction();
			StreamRange now = StreamRange.of(in).partition(0).from(StreamPoint.at(began));
			BackendCases.eventually().untilAsserted(() -> assertThat(offsets(app, now)).containsExactly(0L));
		}
	}

	private static List<Long> offsets(Application app, StreamRange range) {
		try (EventCursor<byte[]> cursor = app.reader().range(range, byte[].class)) {
			return cursor.stream().map((stored) -> stored.position().major()).toList();
		}
	}

	@Test
	void anOwnerThatANewerOffsetNamesIsFencedAndTheMemberItselfNever() {
		String in = unique("in");
		String group = unique("group");
		try (Application app = new Application(this.fixture);
				Producer<byte[], byte[]> self = this.fixture.transactional("doab-self", Duration.ofSeconds(6));
				Producer<byte[], byte[]> other = this.fixture.transactional("doab-other", Duration.ofSeconds(6))) {
			app.declare(in);
			commit(self, group, Map.of(new TopicPartition(in, 0), new OffsetAndMetadata(3, "doab-self")));
			commit(other, group, Map.of(new TopicPartition(in, 1), new OffsetAndMetadata(4, "doab-other")));
			List<TopicPartition> inputs = IntStream.range(0, 3).mapToObj((i) -> new TopicPartition(in, i)).toList();
			GroupOffsets offsets = new GroupOffsets(group, this.fixture.admin(), this.fixture.settings());
			assertThat(offsets.settled(inputs, "doab-self", () -> false)).hasSize(2);
			commit(self, group, Map.of(new TopicPartition(in, 0), new OffsetAndMetadata(5, "doab-self")));
			assertThatExceptionOfType(ProducerFencedException.class)
				.isThrownBy(() -> commit(other, group, offsets(in, 9)));
			assertThat(offsets.settled(inputs, "doab-self", () -> false)).containsEntry(new TopicPartition(in, 0),
					new OffsetAndMetadata(5, "doab-self"));
		}
	}

	@Test
	void whoGivesUpCanWaitUntilItsOffsetsAreDecided() {
		String in = unique("in");
		String group = unique("decided");
		List<TopicPartition> inputs = List.of(new TopicPartition(in, 0));
		try (Application app = new Application(this.fixture);
				Producer<byte[], byte[]> open = this.fixture.transactional(unique("open"), Duration.ofSeconds(20))) {
			app.declare(in);
			open.beginTransaction();
			open.sendOffsetsToTransaction(Map.of(inputs.getFirst(), new OffsetAndMetadata(3)),
					this.fixture.outsider(group));
			GroupOffsets offsets = new GroupOffsets(group, this.fixture.admin(), this.fixture.settings());
			assertThatExceptionOfType(RetriableException.class)
				.isThrownBy(() -> offsets.awaitDecided(inputs, Duration.ofMillis(300)));
			open.commitTransaction();
			offsets.awaitDecided(inputs, Duration.ofSeconds(5));
			assertThat(offsets.settled(inputs, "doab-self", () -> false).values()).extracting(OffsetAndMetadata::offset)
				.containsExactly(3L);
		}
	}

	@Test
	void anOwnerThatIsFoundAfterThePartitionsAreGoneIsNotFenced() {
		String in = unique("in");
		String group = unique("group");
		try (Application app = new Application(this.fixture);
				Producer<byte[], byte[]> next = this.fixture.transactional("doab-next", Duration.ofSeconds(6))) {
			app.declare(in);
			TopicPartition input = new TopicPartition(in, 0);
			commit(next, group, Map.of(input, new OffsetAndMetadata(3, "doab-next")));
			GroupOffsets offsets = new GroupOffsets(group, this.fixture.admin(), this.fixture.settings());
			assertThatExceptionOfType(FencedException.class)
				.isThrownBy(() -> offsets.settled(List.of(input), "doab-self", () -> true));
			commit(next, group, Map.of(input, new OffsetAndMetadata(4, "doab-next")));
		}
	}

	/**
	 * The offsets that go with every transaction are a fence of their own: here nothing
	 * names the former owner to the next one, for somebody has reset the group.
	 */
	@Test
	void aFormerOwnerThatNothingNamesIsRefusedWhenItsCommitCarriesStateAlone() throws Exception {
		String in = unique("in");
		String group = unique("unnamed");
		GroupSpec spec = new GroupSpec(group, List.of(in), 3, Set.of("state"), false, StartAt.EARLIEST, 100);
		StateKey key = new StateKey("state", "key");
		try (Application zombieSide = new Application(this.fixture, Network.OTHER);
				Application side = new Application(this.fixture)) {
			side.declare(in);
			try (OwnershipCases.Member zombie = new OwnershipCases.Member(zombieSide, spec);
					OwnershipCases.Member owner = new OwnershipCases.Member(side, spec)) {
				zombie.pollUntilOwning(3);
				PartitionOwnership stale = zombie.owning(1);
				this.fixture.faults(Network.OTHER).refuse();
				BackendCases.eventually().until(() -> membersOf(group) == 0);
				for (int partition = 0; partition < 3; partition++) {
					reset(group, new TopicPartition(in, partition), 0);
				}
				owner.pollUntilOwning(3);
				this.fixture.faults(Network.OTHER).restore();
				assertThat(stale.commit(new AtomicCommit(stale.checkpoints(), List.of(),
						List.of(new StateChange(key, new byte[1])), List.of())))
					.failsWithin(Duration.ofSeconds(20))
					.withThrowableThat()
					.withCauseInstanceOf(FencedException.class);
			}
			try (OwnershipCases.Member next = new OwnershipCases.Member(side, spec)) {
				next.pollUntilOwning(3);
				assertThat(next.owning(1).readState(List.of(key)).join()).containsOnlyNulls();
			}
		}
	}

	private int membersOf(String group) throws Exception {
		return this.fixture.admin()
			.describeConsumerGroups(List.of(group))
			.all()
			.get()
			.values()
			.stream()
			.mapToInt((description) -> description.members().size())
			.sum();
	}

	@Test
	void aCommitThatCanNeverBeStoredSaysSoAndIsNotTakenForALossOfThePartition() {
		String in = unique("in");
		String out = unique("out");
		try (Application app = new Application(this.fixture)) {
			app.declare(in, out);
			try (OwnershipCases.Member member = member(app, unique("large"), in)) {
				member.pollUntilOwning(3);
				PartitionOwnership ownership = member.owning(1);
				Append large = new Append(new StreamPartition(out, 1),
						new WireEvent(Map.of("id", "large"), "key", new byte[2 * 1024 * 1024]));
				assertThat(ownership
					.commit(new AtomicCommit(ownership.checkpoints(), List.of(large), List.of(), List.of())))
					.failsWithin(Duration.ofSeconds(10))
					.withThrowableThat()
					.withCauseInstanceOf(FatalStreamException.class)
					.withMessageContaining("max-event-size");
				member.pollUntilNotOwning(ownership);
				member.pollUntilOwning(3);
			}
		}
	}

	@Test
	void aHandlerMayNeedLongerThanASessionWhileItsMemberStops() {
		BackendCases.undisturbed(this::needLongerThanASession);
	}

	private int needLongerThanASession() {
		String in = unique("in");
		String out = unique("out");
		String group = unique("slow");
		long handlerMillis = this.fixture.sessionTime().toMillis() * 3 / 2;
		List<String> handled = new CopyOnWriteArrayList<>();
		ProcessorDefinition definition = ProcessorDefinition.named(group).on(in, Item.class, (event, context) -> {
			handled.add(event.id());
			var _ = new CountDownLatch(1).await(handlerMillis, TimeUnit.MILLISECONDS);
			context.emit(out, "copied", event.data());
		}).output(out).concurrency(30).build();
		try (Application stays = new Application(this.fixture)) {
			stays.start(definition);
			Application stops = new Application(this.fixture);
			try (stops) {
				stops.start(definition);
				BackendCases.eventually()
					.until(() -> !stays.status(group).partitions().isEmpty()
							&& !stops.status(group).partitions().isEmpty());
				stays.publish(in, numbered(0, 1));
				BackendCases.eventually().until(() -> handled.size() == 30);
			}
			assertEachOnceInOrder(out, 30, 30);
			int lost = stays.lost() + stops.lost();
			if (lost == 0) {
				assertThat(handled).doesNotHaveDuplicates();
			}
			return lost;
		}
	}

	@Test
	void aGroupWhoseOffsetsTheBrokerForgotGoesOnWhereItWas() throws Exception {
		String in = unique("in");
		String out = unique("out");
		String group = unique("forgotten");
		copyAll(group, in, out, 0, 10);
		this.fixture.admin().deleteConsumerGroupOffsets(group, offsets(in, 0).keySet()).all().get();
		copyAll(group, in, out, 10, 10);
	}

	@Test
	void aTopicThatIsCreatedAgainUnderAStoppedGroupIsReadFromItsFirstEvent() throws Exception {
		String in = unique("in");
		String out = unique("out");
		String group = unique("again");
		copyAll(group, in, out, 0, 10);
		this.fixture.admin().deleteTopics(List.of(in)).all().get();
		awaitGone(in);
		// More than there were before: the old offset is one of the new topic as well.
		copyAll(group, in, out, 10, 20);
	}

	@Test
	void aTopicThatIsCreatedAgainUnderARunningGroupIsReadFromItsFirstEvent() throws Exception {
		String in = unique("in");
		String out = unique("out");
		String group = unique("again");
		try (Application app = new Application(this.fixture); Application source = new Application(this.fixture)) {
			app.publish(in, numbered(0, 10));
			app.start(ProcessingCases.copy(group, in, out).build());
			assertEachOnceInOrder(out, 300, 30);
			this.fixture.admin().deleteTopics(List.of(in)).all().get();
			awaitGone(in);
			source.publish(in, numbered(10, 5));
			assertEachOnceInOrder(out, 450, 30);
		}
	}

	private void awaitGone(String topic) {
		BackendCases.eventually().until(() -> !this.fixture.admin().listTopics().names().get().contains(topic));
	}

	@Test
	void whatWasDoneBeyondAnOffsetIsForgottenWhenTheGroupWasReset() throws Exception {
		String in = unique("in");
		String group = unique("reset");
		try (Application app = new Application(this.fixture)) {
			app.declare(in);
			for (int i = 0; i < 10; i++) {
				this.fixture.appendForeign(in, 1, new byte[0], new byte[0]);
			}
			try (OwnershipCases.Member member = member(app, group, in)) {
				member.pollUntilOwning(3);
				Map<String, Checkpoint> done = Map.of(in,
						new Checkpoint(Position.ofOffset(2), Set.of(Position.ofOffset(5)), 0));
				member.owning(1).commit(new AtomicCommit(done, List.of(), List.of(), List.of())).join();
			}
			assertThat(checkpoint(app, group, in).done()).containsExactly(Position.ofOffset(5));
			reset(group, new TopicPartition(in, 1), 1);
			assertThat(checkpoint(app, group, in)).isEqualTo(new Checkpoint(Position.ofOffset(0), Set.of(), 0));
			reset(group, new TopicPartition(in, 1), 3);
			assertThat(checkpoint(app, group, in)).isEqualTo(new Checkpoint(Position.ofOffset(2), Set.of(), 0));
		}
	}

	private void reset(String group, TopicPartition input, long offset) throws Exception {
		this.fixture.admin().alterConsumerGroupOffsets(group, Map.of(input, new OffsetAndMetadata(offset))).all().get();
	}

	/** What a member finds that takes over partition 1, and does nothing. */
	private static Checkpoint checkpoint(Application app, String group, String in) {
		try (OwnershipCases.Member member = member(app, group, in)) {
			member.pollUntilOwning(3);
			return Objects.requireNonNull(member.owning(1).checkpoints().get(in));
		}
	}

	private static OwnershipCases.Member member(Application app, String group, String in) {
		return new OwnershipCases.Member(app,
				new GroupSpec(group, List.of(in), 3, Set.of(), false, StartAt.EARLIEST, 100));
	}

	@Test
	void aChangelogThatCannotBeReadIsSaid() {
		String in = unique("in");
		String group = unique("broken");
		try (Application app = new Application(this.fixture)) {
			app.start(ProcessingCases.copy(group, in, unique("out")).build());
			BackendCases.eventually().until(() -> app.status(group).partitions().size() == 3);
		}
		this.fixture.appendForeign(Changelog.topicOf(group), 1, KafkaRecords.bytes("timer/name/key"),
				KafkaRecords.bytes("tomorrow"));
		try (Application app = new Application(this.fixture)) {
			app.start(ProcessingCases.copy(group, in, unique("out")).build());
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(app.status(group).state()).isEqualTo(ProcessorStatus.State.FAILED));
			assertThat(app.status(group).reason()).contains(Changelog.topicOf(group)).contains("tomorrow");
		}
	}

	@Test
	void aTopicThatIsGoneIsWarnedOfAndKeepsNoOtherFromBeingTrimmed() throws Exception {
		String in = unique("in");
		String gone = unique("gone");
		KafkaSettings often = this.fixture.settings().withTrimInterval(Duration.ofMillis(200));
		try (Application app = new Application(this.fixture);
				StreamBackend trimming = this.fixture.newBackend(Network.ONE, often)) {
			app.publish(in, numbered(0, 3));
			trimming.declare(List.of(brief(in), brief(gone)));
			this.fixture.admin().deleteTopics(List.of(gone)).all().get();
			awaitGone(gone);
			BackendCases.eventually().until(() -> begins(in).equals(ends(in)));
			app.publish(in, numbered(3, 3));
			BackendCases.eventually().until(() -> begins(in).equals(ends(in)));
			BackendCases.eventually()
				.untilAsserted(
						() -> assertThat(trimming.status().warnings()).singleElement().asString().contains(gone));
		}
	}

	@Test
	void whatAGroupHasNotDoneStaysAlsoWhenTheBrokerForgotTheGroup() throws Exception {
		String in = unique("in");
		String out = unique("out");
		String group = unique("forgotten");
		copyAll(group, in, out, 0, 5);
		Map<TopicPartition, Long> done = ends(in);
		this.fixture.admin().deleteConsumerGroupOffsets(group, done.keySet()).all().get();
		KafkaSettings often = this.fixture.settings().withTrimInterval(Duration.ofMillis(200));
		try (Application app = new Application(this.fixture);
				StreamBackend trimming = this.fixture.newBackend(Network.ONE, often)) {
			app.publish(in, numbered(5, 5));
			trimming.declare(List.of(brief(in)));
			BackendCases.eventually().until(() -> begins(in).equals(done));
			BackendCases.eventually().pollDelay(Duration.ofSeconds(1)).until(() -> true);
			assertThat(begins(in)).isEqualTo(done);
			assertThat(trimming.status().warnings()).singleElement().asString().contains(Changelog.topicOf(group));
		}
		copyAll(group, in, out, 10, 1);
	}

	/** A stream of which everything is old at once. */
	private static StreamDefinition brief(String stream) {
		return new StreamDefinition(stream, 3, Duration.ofMillis(1), 0);
	}

	private Map<TopicPartition, Long> begins(String stream) throws Exception {
		return list(stream, OffsetSpec.earliest());
	}

	private Map<TopicPartition, Long> ends(String stream) throws Exception {
		return list(stream, OffsetSpec.latest());
	}

	private Map<TopicPartition, Long> list(String stream, OffsetSpec spec) throws Exception {
		return this.fixture.admin()
			.listOffsets(offsets(stream, 0).keySet()
				.stream()
				.collect(Collectors.toMap((partition) -> partition, (partition) -> spec)))
			.all()
			.get()
			.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> entry.getValue().offset()));
	}

	@Test
	void aRecordThatIsNoClaimDoesNotEndTheIdempotencyWindow() {
		try (StreamBackend backend = this.fixture.newBackend(Network.ONE);
				StreamBackend other = this.fixture.newBackend(Network.ONE)) {
			assertThat(backend.idempotencyWindow().claim("first", "one", Duration.ofMinutes(1)))
				.succeedsWithin(Duration.ofSeconds(20))
				.isEqualTo("one");
			this.fixture.appendForeign(KafkaIdempotencyWindow.TOPIC, 0, new byte[0], KafkaRecords.bytes("nonsense"));
			assertThat(backend.idempotencyWindow().claim("second", "two", Duration.ofMinutes(1)))
				.succeedsWithin(Duration.ofSeconds(20))
				.isEqualTo("two");
			assertThat(other.idempotencyWindow().claim("first", "three", Duration.ofMinutes(1)))
				.succeedsWithin(Duration.ofSeconds(20))
				.isEqualTo("one");
		}
	}

	/** What no group has done is removed with the rest. */
	@Test
	void thatABrokerRemovesEventsByItselfIsAWarningUntilItDoesNot() throws Exception {
		String foreign = unique("foreign");
		String ours = unique("ours");
		NewTopic topic = new NewTopic(foreign, Optional.of(3), Optional.empty());
		this.fixture.admin().createTopics(List.of(topic.configs(Map.of("retention.bytes", "1000000")))).all().get();
		try (StreamBackend backend = this.fixture.newTrimmingBackend(Duration.ofMillis(200));
				Application app = new Application(backend, 3)) {
			app.declare(foreign, ours);
			assertThat(backend.status().warnings()).singleElement()
				.asString()
				.contains(foreign, "retention.bytes=1000000", "retention.ms=");
			this.fixture.admin()
				.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, foreign),
						List.of(set("retention.bytes"), set("retention.ms"))))
				.all()
				.get();
			BackendCases.eventually().until(() -> backend.status().warnings().isEmpty());
		}
	}

	private static AlterConfigOp set(String name) {
		return new AlterConfigOp(new ConfigEntry(name, "-1"), AlterConfigOp.OpType.SET);
	}

	@Test
	void aBackendWhoseBrokerIsAwayIsClosedInTime() {
		String in = unique("in");
		try (Application app = new Application(this.fixture, Network.OTHER)) {
			app.publish(in, numbered(0, 1));
			this.fixture.faults(Network.OTHER).refuse();
			try {
				var _ = app.publisher().publish(in, Item.event("key", 0));
				// A batch that is not accepted expires after twice the request's timeout.
				Duration limit = this.fixture.settings().requestTimeout().plusMillis(2_500);
				assertThat(BackendCases.inBackground(app.backend()::close)).succeedsWithin(limit);
			}
			finally {
				this.fixture.faults(Network.OTHER).restore();
			}
		}
	}

	private void commit(Producer<byte[], byte[]> producer, String group,
			Map<TopicPartition, OffsetAndMetadata> offsets) {
		producer.beginTransaction();
		producer.sendOffsetsToTransaction(offsets, this.fixture.outsider(group));
		producer.commitTransaction();
	}

	private static Map<TopicPartition, OffsetAndMetadata> offsets(String stream, long offset) {
		Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
		for (int partition = 0; partition < 3; partition++) {
			offsets.put(new TopicPartition(stream, partition), new OffsetAndMetadata(offset));
		}
		return offsets;
	}

	/**
	 * Publishes events of thirty keys, and runs the group until each event from the first
	 * on has given one output.
	 */
	private void copyAll(String group, String in, String out, int first, int count) {
		try (Application app = new Application(this.fixture)) {
			app.publish(in, numbered(first, count));
			app.start(ProcessingCases.copy(group, in, out).build());
			assertEachOnceInOrder(out, 30 * (first + count), 30);
		}
	}

	private static List<Event<Item>> numbered(int first, int count) {
		return IntStream.range(first, first + count)
			.boxed()
			.flatMap((number) -> IntStream.range(0, 30).mapToObj((key) -> Item.event("key" + key, number)))
			.toList();
	}

}
