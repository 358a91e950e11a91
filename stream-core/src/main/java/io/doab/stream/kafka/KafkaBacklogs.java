package io.doab.stream.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.doab.stream.Lag;

import org.apache.kafka.common.TopicPartition;

/**
 * What groups have before them. Offsets count marks of transactions and what was aborted
 * as well, so a short way is read to count the events on it; a long one is told by its
 * offsets, and only its first event is read. Blocks.
 */
final class KafkaBacklogs {

	private final KafkaScan scan;

	private final LogBounds bounds;

	KafkaBacklogs(KafkaClients clients, LogBounds bounds) {
		this.scan = new KafkaScan(clients);
		this.bounds = bounds;
	}

	Map<TopicPartition, Lag> of(Map<TopicPartition, KafkaGroups.Progress> progress) {
		Map<TopicPartition, Long> begins = this.bounds.begins(progress.keySet());
		Map<TopicPartition, Long> ends = this.bounds.ends(progress.keySet());
		Map<TopicPartition, Long> from = new HashMap<>();
		progress.forEach((part, at) -> {
			long begin = begins.getOrDefault(part, 0L);
			// One that is beyond the end begins with the first event, as a member does.
			boolean cut = at.next() > ends.getOrDefault(part, 0L);
			from.put(part, cut ? begin : Math.max(begin, at.next()));
		});
		Map<TopicPartition, Integer> counted = new HashMap<>();
		Map<TopicPartition, Long> oldest = new HashMap<>();
		this.scan.read(from, ends, (part, record) -> {
			oldest.putIfAbsent(part, record.timestamp());
			counted.merge(part, 1, Integer::sum);
			return distance(part, from, ends) <= Lag.COUNTED;
		});
		Map<TopicPartition, Lag> lags = new HashMap<>();
		progress.forEach((part, at) -> {
			boolean exact = distance(part, from, ends) <= Lag.COUNTED;
			// What is done beyond an offset that is not the group's own any more is
			// forgotten.
			int done = (from.getOrDefault(part, 0L) == at.next()) ? at.note().done() : 0;
			long events = exact ? counted.getOrDefault(part, 0) : distance(part, from, ends);
			Long first = oldest.get(part);
			lags.put(part, new Lag(Math.max(0, events - done), exact, (first != null) ? age(first) : Duration.ZERO));
		});
		return lags;
	}

	/** By a time that a producer set, which may lie ahead. */
	private static Duration age(long timestamp) {
		return Duration.ofMillis(Math.max(0, System.currentTimeMillis() - timestamp));
	}

	private static long distance(TopicPartition part, Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends) {
		return ends.getOrDefault(part, 0L) - from.getOrDefault(part, 0L);
	}

}
