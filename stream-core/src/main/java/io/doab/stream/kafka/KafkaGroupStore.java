package io.doab.stream.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import io.doab.stream.StartAt;
import io.doab.stream.error.FencedException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.GroupSpec;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * What a group has stored: offsets and changelog. Blocks; for the thread of one member.
 */
final class KafkaGroupStore {

	private final GroupSpec group;

	private final Admin admin;

	private final KafkaTopics topics;

	private final GroupOffsets offsets;

	private final ChangelogReader changelogs;

	private final long patience;

	KafkaGroupStore(GroupSpec group, KafkaClients clients, Admin admin, KafkaTopics topics) {
		this.group = group;
		this.admin = admin;
		this.topics = topics;
		this.patience = clients.settings().patienceSeconds();
		this.offsets = new GroupOffsets(group.group(), admin, clients.settings());
		this.changelogs = new ChangelogReader(clients, admin);
	}

	GroupSpec group() {
		return this.group;
	}

	/**
	 * Creates the changelog, with as many replicas as the inputs have. Every group has
	 * one, be it for the copy of its offsets only.
	 */
	void ensureChangelog() {
		short replicas = (short) this.topics.describe(this.group.inputs())
			.values()
			.stream()
			.flatMap((topic) -> topic.partitions().stream())
			.mapToInt((partition) -> partition.replicas().size())
			.max()
			.orElse(1);
		this.topics.ensure(List.of(new NewTopic(Changelog.topicOf(this.group.group()),
				Optional.of(this.group.partitions()), Optional.of(replicas))
			.configs(this.topics.compacted())));
	}

	/**
	 * The offsets that the group has committed, after the transactions of owners that did
	 * not leave in good order were ended.
	 * @param self the id of the member that takes over
	 * @param cancelled whether the partitions are not its own any more
	 * @throws FencedException when they are not
	 */
	Map<TopicPartition, OffsetAndMetadata> committed(List<Integer> partitions, String self, BooleanSupplier cancelled) {
		return this.offsets.settled(inputs(partitions), self, cancelled);
	}

	/**
	 * Waits until nothing is undecided of what was committed for partitions.
	 * @throws RetriableException when it takes longer than the limit
	 */
	void awaitDecided(List<Integer> partitions, Duration limit) {
		this.offsets.awaitDecided(inputs(partitions), limit);
	}

	/** Reads what is to be known of the inputs to decide where to go on with them. */
	ResumePoints resumePoints(List<Integer> partitions) {
		List<TopicPartition> inputs = inputs(partitions);
		Map<String, Uuid> topics = this.topics.describe(this.group.inputs())
			.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> entry.getValue().topicId()));
		Map<TopicPartition, Long> begins = list(inputs, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
		Map<TopicPartition, Long> ends = list(inputs, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
		Map<TopicPartition, Long> starts = (this.group.startAt() == StartAt.LATEST)
				? list(inputs, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED) : begins;
		return new ResumePoints(this.group.group(), topics, begins, ends, starts);
	}

	/** Where inputs end, as readers of committed events see it. */
	CompletableFuture<Map<TopicPartition, Long>> endOffsets(List<TopicPartition> partitions) {
		return this.admin
			.listOffsets(
					partitions.stream().collect(Collectors.toMap((input) -> input, (input) -> OffsetSpec.latest())),
					new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
			.all()
			.toCompletionStage()
			.toCompletableFuture()
			.thenApply(KafkaGroupStore::offsets);
	}

	/** Reads the changelog of partitions into memory. */
	Map<Integer, PartitionState> restore(List<Integer> partitions) {
		Map<Integer, PartitionState> states = new HashMap<>();
		partitions.forEach((partition) -> states.put(partition, new PartitionState()));
		this.changelogs.read(Changelog.topicOf(this.group.group()), partitions,
				(partition, key, value) -> Changelog.apply(key, value, Objects.requireNonNull(states.get(partition))));
		return states;
	}

	private Map<TopicPartition, Long> list(List<TopicPartition> inputs, OffsetSpec spec, IsolationLevel isolation) {
		Map<TopicPartition, OffsetSpec> asked = inputs.stream()
			.collect(Collectors.toMap((input) -> input, (input) -> spec));
		return offsets(KafkaFailures.await("read where topics begin and end",
				this.admin.listOffsets(asked, new ListOffsetsOptions(isolation)).all(), this.patience));
	}

	private static Map<TopicPartition, Long> offsets(
			Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> found) {
		return found.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> entry.getValue().offset()));
	}

	private List<TopicPartition> inputs(List<Integer> partitions) {
		return this.group.inputs()
			.stream()
			.flatMap((stream) -> partitions.stream().map((partition) -> new TopicPartition(stream, partition)))
			.toList();
	}

}
