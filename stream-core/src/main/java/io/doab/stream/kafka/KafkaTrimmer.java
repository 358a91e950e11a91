package io.doab.stream.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.stream.StreamDefinition;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Removes records that are older than their stream's retention and that every group with
 * offsets has done.
 */
final class KafkaTrimmer {

	private static final long PATIENCE_SECONDS = 30;

	private final Admin admin;

	KafkaTrimmer(Admin admin) {
		this.admin = admin;
	}

	void trim(Collection<StreamDefinition> streams) {
		Map<TopicPartition, Long> keep = new HashMap<>();
		streams.stream()
			.collect(Collectors.groupingBy(StreamDefinition::retention))
			.forEach((retention, ofRetention) -> keep.putAll(oldest(retention, ofRetention)));
		doneByAll(keep.keySet()).forEach((partition, done) -> keep.merge(partition, done, Math::min));
		Map<TopicPartition, RecordsToDelete> removed = keep.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() > 0)
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> RecordsToDelete.beforeOffset(entry.getValue())));
		if (!removed.isEmpty()) {
			KafkaFailures.await("trim topics", this.admin.deleteRecords(removed).all(), PATIENCE_SECONDS);
		}
	}

	/** The first offsets that are young enough to stay; the end, where nothing is. */
	private Map<TopicPartition, Long> oldest(Duration retention, List<StreamDefinition> streams) {
		List<TopicPartition> partitions = streams.stream()
			.flatMap((stream) -> IntStream.range(0, stream.partitions())
				.mapToObj((partition) -> new TopicPartition(stream.name(), partition)))
			.toList();
		long from = Instant.now().minus(retention).toEpochMilli();
		Map<TopicPartition, Long> young = offsets(partitions, OffsetSpec.forTimestamp(from));
		Map<TopicPartition, Long> ends = offsets(
				partitions.stream().filter((partition) -> young.getOrDefault(partition, -1L) < 0).toList(),
				OffsetSpec.latest());
		Map<TopicPartition, Long> oldest = new HashMap<>(young);
		oldest.putAll(ends);
		return oldest;
	}

	private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec spec) {
		if (partitions.isEmpty()) {
			return Map.of();
		}
		return KafkaFailures
			.await("read offsets",
					this.admin
						.listOffsets(
								partitions.stream().collect(Collectors.toMap(Function.identity(), (partition) -> spec)))
						.all(),
					PATIENCE_SECONDS)
			.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> entry.getValue().offset()));
	}

	/** For each partition the least offset of all groups that have one. */
	private Map<TopicPartition, Long> doneByAll(Collection<TopicPartition> partitions) {
		Map<String, ListConsumerGroupOffsetsSpec> groups = KafkaFailures
			.await("list groups", this.admin.listGroups(ListGroupsOptions.forConsumerGroups()).all(), PATIENCE_SECONDS)
			.stream()
			.map(GroupListing::groupId)
			.collect(Collectors.toMap(Function.identity(), (group) -> new ListConsumerGroupOffsetsSpec()));
		if (groups.isEmpty()) {
			return Map.of();
		}
		Map<TopicPartition, Long> done = new HashMap<>();
		KafkaFailures
			.await("read the offsets of groups", this.admin.listConsumerGroupOffsets(groups).all(), PATIENCE_SECONDS)
			.values()
			.forEach((offsets) -> offsets.forEach((partition, offset) -> {
				OffsetAndMetadata present = offset;
				if (present != null && partitions.contains(partition)) {
					done.merge(partition, present.offset(), Math::min);
				}
			}));
		return done;
	}

}
