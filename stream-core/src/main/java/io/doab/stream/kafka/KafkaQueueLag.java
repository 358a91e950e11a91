package io.doab.stream.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.doab.stream.StreamPartition;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

import io.doab.stream.error.StreamException;

/**
 * How far a queue is behind, as the brokers tell it of its share group: what is not
 * acknowledged. A partition that it has not begun counts as a whole.
 */
final class KafkaQueueLag {

	private final Admin admin;

	private final long patience;

	KafkaQueueLag(Admin admin, KafkaSettings settings) {
		this.admin = admin;
		this.patience = settings.patienceSeconds();
	}

	Map<StreamPartition, Long> of(String queue, Collection<StreamPartition> partitions) {
		List<TopicPartition> inputs = partitions.stream()
			.map((partition) -> new TopicPartition(partition.stream(), partition.partition()))
			.toList();
		Map<TopicPartition, SharePartitionOffsetInfo> known = known(queue, inputs);
		Map<TopicPartition, ListOffsetsResultInfo> beginnings = offsets(inputs, OffsetSpec.earliest());
		Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(inputs, OffsetSpec.latest());
		Map<StreamPartition, Long> lag = new HashMap<>();
		for (TopicPartition input : inputs) {
			ListOffsetsResultInfo beginning = beginnings.get(input);
			ListOffsetsResultInfo end = ends.get(input);
			SharePartitionOffsetInfo offset = known.get(input);
			if (beginning != null && end != null) {
				long from = (offset != null) ? Math.max(offset.startOffset(), beginning.offset()) : beginning.offset();
				long behind = Math.max(0, end.offset() - from);
				lag.put(new StreamPartition(input.topic(), input.partition()),
						(offset != null) ? offset.lag().orElse(behind) : behind);
			}
		}
		return lag;
	}

	private Map<TopicPartition, SharePartitionOffsetInfo> known(String queue, List<TopicPartition> inputs) {
		Map<TopicPartition, SharePartitionOffsetInfo> known = new HashMap<>();
		try {
			KafkaFailures
				.await("read the offsets of queue " + queue,
						this.admin
							.listShareGroupOffsets(
									Map.of(queue, new ListShareGroupOffsetsSpec().topicPartitions(inputs)))
							.partitionsToOffsetInfo(queue),
						this.patience)
				.forEach((partition, offset) -> {
					if (offset != null && offset.startOffset() >= 0) {
						known.put(partition, offset);
					}
				});
		}
		catch (StreamException ex) {
			if (!(ex.getCause() instanceof GroupIdNotFoundException)) {
				throw ex;
			}
		}
		return known;
	}

	private Map<TopicPartition, ListOffsetsResultInfo> offsets(List<TopicPartition> inputs, OffsetSpec which) {
		return KafkaFailures.await("look for the ends of " + inputs,
				this.admin.listOffsets(inputs.stream().collect(Collectors.toMap(Function.identity(), (input) -> which)))
					.all(),
				this.patience);
	}

}
