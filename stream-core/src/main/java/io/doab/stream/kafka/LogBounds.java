package io.doab.stream.kafka;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Where partitions begin and end, for readers of committed events. Blocks.
 */
final class LogBounds {

	private final Admin admin;

	private final long patience;

	LogBounds(Admin admin, KafkaSettings settings) {
		this.admin = admin;
		this.patience = settings.patienceSeconds();
	}

	/** The first offsets that are there. */
	Map<TopicPartition, Long> begins(Collection<TopicPartition> partitions) {
		return ask(partitions, OffsetSpec.earliest());
	}

	/** The offsets behind the last event. */
	Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
		return ask(partitions, OffsetSpec.latest());
	}

	/** The offset of the first event of a time or later; where there is none, the end. */
	Map<TopicPartition, Long> since(Collection<TopicPartition> partitions, Instant time) {
		Map<TopicPartition, Long> ends = ends(partitions);
		Map<TopicPartition, Long> since = new HashMap<>();
		ask(partitions, OffsetSpec.forTimestamp(Math.max(0, time.toEpochMilli()))).forEach(
				(partition, offset) -> since.put(partition, (offset >= 0) ? offset : ends.getOrDefault(partition, 0L)));
		return since;
	}

	private Map<TopicPartition, Long> ask(Collection<TopicPartition> partitions, OffsetSpec spec) {
		if (partitions.isEmpty()) {
			return Map.of();
		}
		return KafkaFailures
			.await("read where topics begin and end", this.admin
				.listOffsets(partitions.stream().collect(Collectors.toMap(Function.identity(), (partition) -> spec)),
						new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
				.all(), this.patience)
			.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> entry.getValue().offset()));
	}

}
