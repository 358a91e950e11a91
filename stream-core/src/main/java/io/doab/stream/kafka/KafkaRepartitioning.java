package io.doab.stream.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.stream.Position;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.Repartitioning;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * Raises the number of partitions: those of topics and changelogs, and what groups keep
 * under keys of other partitions from then on.
 */
final class KafkaRepartitioning implements Repartitioning {

	private final Admin admin;

	private final KafkaTopics topics;

	private final ChangelogReader changelogs;

	private final KafkaStateMove states;

	private final ShareGroups queues;

	private final long patience;

	KafkaRepartitioning(KafkaClients clients, Admin admin, KafkaTopics topics) {
		this.admin = admin;
		this.topics = topics;
		this.changelogs = new ChangelogReader(clients, admin);
		this.states = new KafkaStateMove(clients, this.changelogs);
		this.queues = new ShareGroups(admin, clients.settings());
		this.patience = clients.settings().patienceSeconds();
	}

	@Override
	public Map<String, Integer> partitions(Collection<String> streams) {
		Set<String> present = new TreeSet<>(this.topics.names());
		present.retainAll(Set.copyOf(streams));
		Map<String, Integer> found = new TreeMap<>();
		this.topics.describe(present).forEach((name, topic) -> found.put(name, topic.partitions().size()));
		return found;
	}

	@Override
	public void close(Collection<String> streams, int partitions) {
		this.topics.close(streams, partitions);
	}

	@Override
	public boolean isClosed(Collection<String> streams) {
		return this.topics.isClosed(streams);
	}

	@Override
	public void begin(Collection<String> streams) {
		this.topics.begin(streams);
	}

	@Override
	public boolean hasBegun(Collection<String> streams) {
		return this.topics.hasBegun(streams);
	}

	@Override
	public void open(Collection<String> streams) {
		this.topics.open(streams);
	}

	@Override
	public List<String> obstacles(Collection<String> streams, boolean forgetIds) {
		List<String> obstacles = new ArrayList<>();
		Map<TopicPartition, Long> ends = endOffsets(streams);
		Set<String> groups = new TreeSet<>();
		new GroupProgress(this.admin, this.changelogs).done(ends.keySet(), new HashMap<>())
			.forEach((partition, done) -> done.forEach((group, next) -> {
				groups.add(group);
				if (next < ends.getOrDefault(partition, 0L)) {
					obstacles.add("group " + group + " has not done all of " + partition
							+ ": let it, or delete the group and its changelog if it is not needed any more");
				}
			}));
		Map<String, KafkaFuture<ConsumerGroupDescription>> described = this.admin.describeConsumerGroups(groups)
			.describedGroups();
		described.forEach((group, answer) -> {
			List<String> members = members(group, answer);
			if (!members.isEmpty()) {
				obstacles.add("group " + group + " has members " + members + ": stop them");
			}
		});
		this.queues.members(streams)
			.forEach((queue, members) -> obstacles.add("queue " + queue + " has members " + members + ": stop them"));
		for (String group : groups) {
			Set<String> others = offsets(group).keySet()
				.stream()
				.map(TopicPartition::topic)
				.filter((topic) -> !streams.contains(topic))
				.collect(Collectors.toCollection(TreeSet::new));
			if (!others.isEmpty()) {
				obstacles.add("group " + group + " also reads " + others
						+ ", whose partitions have to be as many: raise them together");
			}
			changelogPartitions(group)
				.ifPresent((count) -> obstacles.addAll(this.states.obstacles(group, count, forgetIds)));
		}
		return obstacles;
	}

	private List<String> members(String group, KafkaFuture<ConsumerGroupDescription> answer) {
		try {
			return KafkaFailures.await("describe group " + group, answer, this.patience)
				.members()
				.stream()
				.map((member) -> member.clientId())
				.toList();
		}
		catch (RetriableException ex) {
			// Of one that only its changelog knows there is nothing to describe.
			if (ex.getCause() instanceof GroupIdNotFoundException) {
				return List.of();
			}
			throw ex;
		}
	}

	private Map<TopicPartition, OffsetAndMetadata> offsets(String group) {
		return KafkaFailures.await("read the offsets of " + group,
				this.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), this.patience);
	}

	private Optional<Integer> changelogPartitions(String group) {
		return Optional.ofNullable(partitions(List.of(Changelog.topicOf(group))).get(Changelog.topicOf(group)));
	}

	@Override
	public Map<StreamPartition, Position> ends(Collection<String> streams) {
		return endOffsets(streams).entrySet()
			.stream()
			.collect(Collectors.toMap((end) -> new StreamPartition(end.getKey().topic(), end.getKey().partition()),
					(end) -> Position.ofOffset(end.getValue())));
	}

	private Map<TopicPartition, Long> endOffsets(Collection<String> streams) {
		Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
		partitions(streams).forEach((stream, count) -> IntStream.range(0, count)
			.forEach((partition) -> asked.put(new TopicPartition(stream, partition), OffsetSpec.latest())));
		Map<TopicPartition, Long> ends = new HashMap<>();
		KafkaFailures.await("read the ends of " + streams, this.admin.listOffsets(asked).all(), this.patience)
			.forEach((partition, info) -> ends.put(partition, info.offset()));
		return ends;
	}

	/**
	 * Changelogs and what is in them first; then the topics, and the groups' beginnings
	 * in what is new of them, so that they take what comes before they start.
	 */
	@Override
	public void raise(Collection<String> streams, int partitions) {
		Map<String, Set<String>> groups = new TreeMap<>();
		new GroupProgress(this.admin, this.changelogs).done(endOffsets(streams).keySet(), new HashMap<>())
			.forEach((partition, done) -> groups.computeIfAbsent(partition.topic(), (topic) -> new TreeSet<>())
				.addAll(done.keySet()));
		groups.forEach((stream, ofStream) -> ofStream.forEach((group) -> {
			if (changelogPartitions(group).isPresent()) {
				this.topics.raise(Changelog.topicOf(group), partitions);
				// The keys of what moves delayed events are no keys of events.
				if (!Repartitioning.movesDelayed(group, stream)) {
					this.states.move(group, partitions);
				}
			}
		}));
		for (String stream : streams) {
			int present = partitions(Set.of(stream)).getOrDefault(stream, partitions);
			this.topics.raise(stream, partitions);
			if (present < partitions) {
				this.queues.beginWithAll(stream,
						IntStream.range(present, partitions)
							.mapToObj((partition) -> new TopicPartition(stream, partition))
							.collect(Collectors.toSet()));
			}
			groups.getOrDefault(stream, Set.of()).forEach((group) -> begin(group, stream, partitions));
		}
	}

	private void begin(String group, String stream, int partitions) {
		Map<TopicPartition, OffsetAndMetadata> present = offsets(group);
		Map<TopicPartition, OffsetAndMetadata> fresh = IntStream.range(0, partitions)
			.mapToObj((partition) -> new TopicPartition(stream, partition))
			.filter((partition) -> present.get(partition) == null)
			.collect(Collectors.toMap((partition) -> partition, (partition) -> new OffsetAndMetadata(0)));
		if (!fresh.isEmpty() && present.keySet().stream().anyMatch((input) -> input.topic().equals(stream))) {
			var _ = KafkaFailures.await("begin " + fresh.keySet() + " for " + group,
					this.admin.alterConsumerGroupOffsets(group, fresh).all(), this.patience);
		}
	}

}
