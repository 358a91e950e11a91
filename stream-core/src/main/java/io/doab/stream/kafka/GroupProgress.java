package io.doab.stream.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far all groups are. Blocks; for one thread.
 *
 * <p>
 * The broker forgets a group that was stopped for long. Its changelog does not: as long
 * as it is there, what the group has not done counts.
 */
final class GroupProgress {

	private static final long PATIENCE_SECONDS = 30;

	private final Admin admin;

	private final ChangelogReader changelogs;

	/** What was read of changelogs that may not have changed since. */
	private final Map<TopicPartition, Remembered> remembered = new HashMap<>();

	GroupProgress(Admin admin, ChangelogReader changelogs) {
		this.admin = admin;
		this.changelogs = changelogs;
	}

	/**
	 * For each partition the offset of each group that has one.
	 * @param problems takes a text for each group that only its changelog knows
	 */
	Map<TopicPartition, Map<String, Long>> done(Collection<TopicPartition> partitions, Map<String, String> problems) {
		Map<TopicPartition, Map<String, Long>> done = new HashMap<>();
		Map<String, Set<Integer>> known = new HashMap<>();
		stored().forEach((group, offsets) -> offsets.forEach((partition, offset) -> {
			OffsetAndMetadata present = offset;
			if (present != null) {
				known.computeIfAbsent(group, (name) -> new TreeSet<>()).add(partition.partition());
				done.computeIfAbsent(partition, (key) -> new HashMap<>()).put(group, present.offset());
			}
		}));
		ofQueues()
			.forEach((partition, starts) -> done.computeIfAbsent(partition, (key) -> new HashMap<>()).putAll(starts));
		changelogs().forEach((group, changelog) -> {
			Set<Integer> forgotten = partitions.stream()
				.map(TopicPartition::partition)
				.filter((partition) -> partition < changelog.partitions().size())
				.filter((partition) -> !known.getOrDefault(group, Set.of()).contains(partition))
				.collect(Collectors.toCollection(TreeSet::new));
			prefixes(changelog.name(), forgotten).forEach((partition, next) -> {
				if (partitions.contains(partition)) {
					done.computeIfAbsent(partition, (key) -> new HashMap<>()).merge(group, next, Math::min);
					problems.putIfAbsent(changelog.name(),
							"The broker has forgotten the offsets of group " + group + " on " + partition
									+ "; events are kept for it from offset " + next
									+ " on, as its changelog says. Delete the topic " + changelog.name()
									+ " if the group is not needed any more");
				}
			});
		});
		done.keySet().retainAll(Set.copyOf(partitions));
		return done;
	}

	private Map<String, Map<TopicPartition, OffsetAndMetadata>> stored() {
		Map<String, ListConsumerGroupOffsetsSpec> groups = KafkaFailures
			.await("list groups", this.admin.listGroups(ListGroupsOptions.forConsumerGroups()).all(), PATIENCE_SECONDS)
			.stream()
			.map(GroupListing::groupId)
			.collect(Collectors.toMap(Function.identity(), (group) -> new ListConsumerGroupOffsetsSpec()));
		return groups.isEmpty() ? Map.of() : KafkaFailures.await("read the offsets of groups",
				this.admin.listConsumerGroupOffsets(groups).all(), PATIENCE_SECONDS);
	}

	/**
	 * The first offset that a queue is not done with: what is in flight is after it. It
	 * is written with what is acknowledged next, so one that has done everything says so
	 * by its lag alone.
	 */
	private Map<TopicPartition, Map<String, Long>> ofQueues() {
		Map<TopicPartition, Map<String, Long>> starts = new HashMap<>();
		ShareGroups.offsets(this.admin, PATIENCE_SECONDS)
			.forEach((group, offsets) -> offsets.forEach((partition, offset) -> {
				if (offset != null && offset.startOffset() >= 0 && offset.lag().orElse(1L) > 0) {
					starts.computeIfAbsent(partition, (key) -> new HashMap<>()).put(group, offset.startOffset());
				}
			}));
		return starts;
	}

	/** The changelogs by group. */
	private Map<String, TopicDescription> changelogs() {
		Set<String> names = KafkaFailures.await("list topics", this.admin.listTopics().names(), PATIENCE_SECONDS)
			.stream()
			.filter((topic) -> Changelog.groupOf(topic).isPresent())
			.collect(Collectors.toSet());
		return KafkaFailures
			.await("describe changelogs", this.admin.describeTopics(names).allTopicNames(), PATIENCE_SECONDS)
			.values()
			.stream()
			.collect(Collectors.toMap((topic) -> Changelog.groupOf(topic.name()).orElseThrow(), (topic) -> topic));
	}

	private Map<TopicPartition, Long> prefixes(String changelog, Set<Integer> partitions) {
		if (partitions.isEmpty()) {
			return Map.of();
		}
		Map<TopicPartition, Long> prefixes = new HashMap<>();
		this.changelogs.ends(partitions.stream().map((partition) -> new TopicPartition(changelog, partition)).toList())
			.forEach((part, end) -> {
				Remembered present = this.remembered.get(part);
				if (present == null || present.end() != end) {
					present = new Remembered(end, read(part));
					this.remembered.put(part, present);
				}
				present.prefixes()
					.forEach((input, prefix) -> prefixes.put(new TopicPartition(input, part.partition()),
							prefix.next()));
			});
		return prefixes;
	}

	private Map<String, Changelog.Prefix> read(TopicPartition part) {
		PartitionState state = new PartitionState();
		this.changelogs.read(part.topic(), Set.of(part.partition()),
				(partition, key, value) -> Changelog.applyPrefix(key, value, state));
		return state.prefixes();
	}

	/** What a changelog held when it ended there. */
	private record Remembered(long end, Map<String, Changelog.Prefix> prefixes) {

	}

}
