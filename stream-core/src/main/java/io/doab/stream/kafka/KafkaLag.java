package io.doab.stream.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.doab.stream.StreamPartition;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a group is behind: from its committed offset, or else the beginning, to the
 * end. Offsets count the marks of transactions too, so it may be more than there are
 * events.
 */
final class KafkaLag {

	private final Admin admin;

	private final long patience;

	KafkaLag(Admin admin, KafkaSettings settings) {
		this.admin = admin;
		this.patience = settings.patienceSeconds();
	}

	Map<StreamPartition, Long> of(String group, Collection<StreamPartition> partitions) {
		List<TopicPartition> inputs = partitions.stream()
			.map((partition) -> new TopicPartition(partition.stream(), partition.partition()))
			.toList();
		Map<TopicPartition, OffsetAndMetadata> committed = KafkaFailures.await("read the offsets of " + group,
				this.admin
					.listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(inputs)))
					.partitionsToOffsetAndMetadata(group),
				this.patience);
		Map<TopicPartition, ListOffsetsResultInfo> beginnings = offsets(inputs, OffsetSpec.earliest());
		Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(inputs, OffsetSpec.latest());
		Map<StreamPartition, Long> lag = new HashMap<>();
		for (TopicPartition input : inputs) {
			ListOffsetsResultInfo beginning = beginnings.get(input);
			ListOffsetsResultInfo end = ends.get(input);
			if (beginning != null && end != null) {
				OffsetAndMetadata done = committed.get(input);
				long from = (done != null) ? Math.max(done.offset(), beginning.offset()) : beginning.offset();
				lag.put(new StreamPartition(input.topic(), input.partition()), Math.max(0, end.offset() - from));
			}
		}
		return lag;
	}

	private Map<TopicPartition, ListOffsetsResultInfo> offsets(List<TopicPartition> inputs, OffsetSpec which) {
		return KafkaFailures.await("look for the ends of " + inputs,
				this.admin.listOffsets(inputs.stream().collect(Collectors.toMap(Function.identity(), (input) -> which)))
					.all(),
				this.patience);
	}

}
