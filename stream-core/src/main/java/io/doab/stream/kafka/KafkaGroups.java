package io.doab.stream.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.stream.GroupDescription;
import io.doab.stream.Lag;
import io.doab.stream.Position;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.StoredGroups;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

import org.jspecify.annotations.Nullable;

/**
 * Groups as Kafka has them: those of processors have a changelog, others do not. A group
 * whose offsets the broker forgot is where its changelog says.
 */
final class KafkaGroups implements StoredGroups {

	private final Admin admin;

	private final ChangelogReader changelogs;

	private final KafkaBacklogs backlogs;

	private final long patience;

	KafkaGroups(KafkaClients clients, Admin admin, LogBounds bounds) {
		this.backlogs = new KafkaBacklogs(clients, bounds);
		this.admin = admin;
		this.changelogs = new ChangelogReader(clients, admin);
		this.patience = clients.settings().patienceSeconds();
	}

	@Override
	public Set<String> names() {
		Set<String> names = new TreeSet<>(processors());
		names.addAll(consumerGroups());
		return names;
	}

	private Set<String> processors() {
		return KafkaFailures.await("list topics", this.admin.listTopics().names(), this.patience)
			.stream()
			.flatMap((topic) -> Changelog.groupOf(topic).stream())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private Set<String> consumerGroups() {
		return KafkaFailures
			.await("list groups", this.admin.listGroups(ListGroupsOptions.forConsumerGroups()).all(), this.patience)
			.stream()
			.map(GroupListing::groupId)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	@Override
	public Set<String> readersOf(String stream) {
		Set<String> names = names();
		Set<String> readers = new TreeSet<>();
		if (!names.isEmpty()) {
			KafkaFailures.await("read the offsets of groups",
					this.admin
						.listConsumerGroupOffsets(names.stream()
							.collect(Collectors.toMap((group) -> group, (group) -> new ListConsumerGroupOffsetsSpec())))
						.all(),
					this.patience)
				.forEach((group, offsets) -> {
					if (offsets.keySet().stream().anyMatch((part) -> part.topic().equals(stream))) {
						readers.add(group);
					}
				});
		}
		return readers;
	}

	@Override
	public Optional<GroupDescription> describe(String group) {
		boolean processor = processors().contains(group);
		Map<TopicPartition, Progress> progress = offsets(group);
		if (progress.isEmpty() && processor) {
			progress = forgotten(group);
		}
		Collection<MemberDescription> members = members(group);
		if (progress.isEmpty() && members.isEmpty()) {
			return Optional.empty();
		}
		if (processor) {
			addMissing(group, progress, members);
		}
		Map<TopicPartition, Lag> lags = this.backlogs.of(progress);
		return Optional
			.of(new GroupDescription(group, processor ? GroupDescription.Kind.PROCESSOR : GroupDescription.Kind.FOREIGN,
					members.stream()
						.map((member) -> new GroupDescription.Member(member.clientId(), assigned(member)))
						.toList(),
					null, partitions(progress, lags, members)));
	}

	private Map<TopicPartition, Progress> offsets(String group) {
		Map<TopicPartition, Progress> progress = new HashMap<>();
		KafkaFailures
			.await("read the offsets of " + group,
					this.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), this.patience)
			.forEach((part, offset) -> {
				if (offset != null) {
					progress.put(part, Progress.of(offset));
				}
			});
		return progress;
	}

	/** By the changelog, for the broker has nothing. */
	private Map<TopicPartition, Progress> forgotten(String group) {
		Map<TopicPartition, Progress> progress = new HashMap<>();
		states(group).forEach((partition, state) -> state.prefixes()
			.forEach((input, prefix) -> progress.put(new TopicPartition(input, partition),
					new Progress(prefix.next(), new OffsetNote(null, 0,
							Changelog.done(state.done(input), Position.ofOffset(prefix.next() - 1)).size())))));
		return progress;
	}

	/** Adds the partitions that no member has taken over yet. */
	private void addMissing(String group, Map<TopicPartition, Progress> progress,
			Collection<MemberDescription> members) {
		Set<String> inputs = progress.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
		members.forEach((member) -> member.assignment().topicPartitions().forEach((part) -> inputs.add(part.topic())));
		int count = partitions(Changelog.topicOf(group));
		inputs.forEach((input) -> IntStream.range(0, count)
			.forEach((partition) -> progress.putIfAbsent(new TopicPartition(input, partition), Progress.NONE)));
	}

	private int partitions(String topic) {
		return Objects
			.requireNonNull(KafkaFailures
				.await("describe " + topic, this.admin.describeTopics(List.of(topic)).allTopicNames(), this.patience)
				.get(topic))
			.partitions()
			.size();
	}

	private Map<Integer, PartitionState> states(String group) {
		String topic = Changelog.topicOf(group);
		int count = partitions(topic);
		Map<Integer, PartitionState> states = new TreeMap<>();
		IntStream.range(0, count).forEach((partition) -> states.put(partition, new PartitionState()));
		this.changelogs.read(topic, states.keySet(),
				(partition, key, value) -> Changelog.apply(key, value, Objects.requireNonNull(states.get(partition))));
		return states;
	}

	private Collection<MemberDescription> members(String group) {
		try {
			return Objects
				.requireNonNull(
						KafkaFailures
							.await("describe group " + group, this.admin.describeConsumerGroups(List.of(group)).all(),
									this.patience)
							.get(group))
				.members();
		}
		catch (StreamException ex) {
			if (ex.getCause() instanceof GroupIdNotFoundException) {
				return List.of();
			}
			throw ex;
		}
	}

	private static Set<Integer> assigned(MemberDescription member) {
		return member.assignment()
			.topicPartitions()
			.stream()
			.map(TopicPartition::partition)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static List<GroupDescription.Partition> partitions(Map<TopicPartition, Progress> progress,
			Map<TopicPartition, Lag> lags, Collection<MemberDescription> members) {
		Map<Integer, List<TopicPartition>> byPartition = new TreeMap<>();
		progress.keySet()
			.forEach((part) -> byPartition.computeIfAbsent(part.partition(), (number) -> new ArrayList<>()).add(part));
		List<GroupDescription.Partition> partitions = new ArrayList<>();
		byPartition.forEach((number, parts) -> {
			Map<String, GroupDescription.Input> inputs = new TreeMap<>();
			long epoch = 0;
			String owner = null;
			for (TopicPartition part : parts) {
				Progress at = Objects.requireNonNull(progress.get(part));
				inputs.put(part.topic(), new GroupDescription.Input(part.topic(), at.prefix(), at.note().done(),
						lags.getOrDefault(part, Lag.NONE)));
				epoch = Math.max(epoch, at.note().epoch());
				owner = (at.note().owner() != null) ? at.note().owner() : owner;
			}
			String named = owner;
			boolean lives = members.stream()
				.anyMatch((member) -> member.clientId().equals(named) && assigned(member).contains(number));
			partitions
				.add(new GroupDescription.Partition(number, lives ? named : null, epoch, List.copyOf(inputs.values())));
		});
		return partitions;
	}

	@Override
	public Map<Integer, Map<String, byte[]>> state(String group, String state) {
		Map<Integer, Map<String, byte[]>> entries = new LinkedHashMap<>();
		states(group).forEach((partition, stored) -> entries.put(partition, stored.all(state)));
		return entries;
	}

	/**
	 * How far a group is with a partition of an input.
	 *
	 * @param next the offset of the next event; negative for one that it has not begun
	 */
	record Progress(long next, OffsetNote note) {

		private static final Progress NONE = new Progress(-1, new OffsetNote(null, 0, 0));

		private @Nullable Position prefix() {
			return (this.next >= 0) ? Position.ofOffset(this.next - 1) : null;
		}

		private static Progress of(OffsetAndMetadata offset) {
			return new Progress(offset.offset(), OffsetNote.parse(offset.metadata()));
		}

	}

}
