package io.doab.stream.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.doab.stream.spi.GroupLoss;

import org.apache.kafka.common.TopicPartition;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What groups lost because it was removed before they had done it. Written by the thread
 * that trims, read by any.
 */
final class KafkaLosses {

	private static final Logger logger = LoggerFactory.getLogger(KafkaLosses.class);

	private final Map<Loser, Long> lost = new ConcurrentHashMap<>();

	/** Up to where each loss is counted. */
	private final Map<Loser, Map<TopicPartition, Long>> counted = new HashMap<>();

	private record Loser(String group, String stream) {

	}

	List<GroupLoss> all() {
		return this.lost.entrySet()
			.stream()
			.map((loss) -> new GroupLoss(loss.getKey().group(), loss.getKey().stream(), loss.getValue()))
			.toList();
	}

	/**
	 * Looks at a partition that is about to be trimmed. What is gone already was removed
	 * by somebody else, or was counted before.
	 * @param begin its first offset
	 * @param keep what will be its first offset
	 * @param groups the next offset of each group
	 */
	void look(TopicPartition partition, long begin, long keep, Map<String, Long> groups) {
		groups.forEach((group, next) -> {
			Loser loser = new Loser(group, partition.topic());
			Map<TopicPartition, Long> upTo = this.counted.computeIfAbsent(loser, (key) -> new HashMap<>());
			long from = Math.max(next, upTo.getOrDefault(partition, 0L));
			if (keep > from) {
				long all = this.lost.merge(loser, keep - from, Long::sum);
				upTo.put(partition, keep);
				logger
					.warn("Group {} loses about {} events of {}, which begins at offset {} and is to begin at {}; so far {} of"
							+ " the stream. They were not done, and go by a hard limit or were removed by somebody else",
							group, keep - from, partition, begin, keep, all);
			}
		});
	}

}
