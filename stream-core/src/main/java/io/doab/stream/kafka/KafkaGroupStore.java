package io.doab.stream.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import io.doab.stream.StartAt;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.GroupSpec;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What a group has stored: offsets and changelog. Blocks; for the thread of one member.
 */
final class KafkaGroupStore {

	private static final Duration RESTORE_POLL = Duration.ofMillis(200);

	private static final Duration RESTORE_STALL_LIMIT = Duration.ofSeconds(30);

	private final GroupSpec group;

	private final KafkaClients clients;

	private final Admin admin;

	private final KafkaTopics topics;

	private final GroupOffsets offsets;

	private final long patience;

	KafkaGroupStore(GroupSpec group, KafkaClients clients, Admin admin, KafkaTopics topics) {
		this.group = group;
		this.clients = clients;
		this.admin = admin;
		this.topics = topics;
		this.patience = clients.settings().patienceSeconds();
		this.offsets = new GroupOffsets(group.group(), admin, clients.settings());
	}

	/** Creates the changelog, when the group has anything to keep in one. */
	void ensureChangelog() {
		if (hasChangelog()) {
			this.topics.ensure(List.of(new NewTopic(Changelog.topicOf(this.group.group()),
					Optional.of(this.group.partitions()), Optional.empty())
				.configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
						TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
						String.valueOf(this.clients.settings().maxMessageBytes())))));
		}
	}

	private boolean hasChangelog() {
		return !this.group.states().isEmpty() || this.group.timers() || this.group.tracksDone();
	}

	/**
	 * The offsets that the group has committed, after the transactions of owners that did
	 * not leave in good order were ended.
	 * @param self the id of the member that takes over
	 */
	Map<TopicPartition, OffsetAndMetadata> committed(List<Integer> partitions, String self) {
		return this.offsets.settled(inputs(partitions), self);
	}

	/** Where to begin on inputs without an offset. */
	Map<TopicPartition, Long> starts(List<Integer> partitions, Collection<TopicPartition> committed) {
		OffsetSpec spec = (this.group.startAt() == StartAt.LATEST) ? OffsetSpec.latest() : OffsetSpec.earliest();
		Map<TopicPartition, OffsetSpec> asked = inputs(partitions).stream()
			.filter((input) -> !committed.contains(input))
			.collect(Collectors.toMap((input) -> input, (input) -> spec));
		return asked.isEmpty() ? Map.of() : list("read where topics begin", asked, IsolationLevel.READ_COMMITTED);
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

	/**
	 * Reads the changelog of partitions into memory: committed records, up to the end
	 * that it has for anyone, for the mark of the last transaction may come after what it
	 * commits.
	 */
	Map<Integer, PartitionState> restore(List<Integer> partitions) {
		Map<Integer, PartitionState> states = new HashMap<>();
		partitions.forEach((partition) -> states.put(partition, new PartitionState()));
		if (!hasChangelog()) {
			return states;
		}
		String topic = Changelog.topicOf(this.group.group());
		List<TopicPartition> changelogs = partitions.stream()
			.map((partition) -> new TopicPartition(topic, partition))
			.toList();
		Map<TopicPartition, Long> ends = list("read the end of " + topic,
				changelogs.stream().collect(Collectors.toMap((part) -> part, (part) -> OffsetSpec.latest())),
				IsolationLevel.READ_UNCOMMITTED);
		try (Consumer<byte[], byte[]> reader = this.clients.reader()) {
			reader.assign(changelogs);
			reader.seekToBeginning(changelogs);
			Set<TopicPartition> open = new HashSet<>(changelogs);
			long deadline = System.nanoTime() + RESTORE_STALL_LIMIT.toNanos();
			while (true) {
				open.removeIf((part) -> reader.position(part) >= ends.getOrDefault(part, 0L));
				if (open.isEmpty()) {
					return states;
				}
				var records = reader.poll(RESTORE_POLL);
				for (ConsumerRecord<byte[], byte[]> record : records) {
					PartitionState state = states.get(record.partition());
					if (state != null) {
						Changelog.apply(record.key(), record.value(), state);
					}
				}
				if (!records.isEmpty()) {
					deadline = System.nanoTime() + RESTORE_STALL_LIMIT.toNanos();
				}
				else if (System.nanoTime() > deadline) {
					throw new RetriableException("The changelog " + topic + " could not be read to its end on " + open
							+ " within " + RESTORE_STALL_LIMIT, null);
				}
			}
		}
	}

	private Map<TopicPartition, Long> list(String operation, Map<TopicPartition, OffsetSpec> asked,
			IsolationLevel isolation) {
		return offsets(KafkaFailures.await(operation,
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
