package io.doab.stream.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.stream.RetentionLimits;
import io.doab.stream.StreamDefinition;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.GroupLoss;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeletedRecords;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes records that are older than their stream's retention and that every group has
 * done, or are more than a hard limit. For one thread, but for the {@link #warnings}.
 *
 * <p>
 * A partition that fails keeps no other from being trimmed. What fails is a warning until
 * it succeeds.
 */
final class KafkaTrimmer {

	private static final Logger logger = LoggerFactory.getLogger(KafkaTrimmer.class);

	private static final long PATIENCE_SECONDS = 30;

	private final Admin admin;

	private final GroupProgress groups;

	private final KafkaLimits limits;

	private final KafkaLosses losses = new KafkaLosses();

	private volatile Map<String, String> warnings = Map.of();

	KafkaTrimmer(Admin admin, ChangelogReader changelogs, KafkaLimits limits) {
		this.admin = admin;
		this.groups = new GroupProgress(admin, changelogs);
		this.limits = limits;
	}

	/** What groups lost since this process began to look. */
	List<GroupLoss> losses() {
		return this.losses.all();
	}

	/** What kept the last round from removing all that is old and done. */
	List<String> warnings() {
		return List.copyOf(this.warnings.values());
	}

	/** Trims streams. Whatever goes wrong, the next round tries it all again. */
	void trim(Collection<StreamDefinition> streams) {
		Map<String, String> problems = new TreeMap<>();
		try {
			trim(streams, problems);
		}
		catch (RuntimeException ex) {
			problems.put("", "No topic is trimmed: " + ex.getMessage());
		}
		if (!Thread.currentThread().isInterrupted()) {
			say(problems);
		}
	}

	private void say(Map<String, String> problems) {
		Map<String, String> before = this.warnings;
		problems.forEach((subject, problem) -> {
			if (!before.containsKey(subject)) {
				logger.warn("{}", problem);
			}
		});
		this.warnings = problems;
	}

	private void trim(Collection<StreamDefinition> streams, Map<String, String> problems) {
		Map<TopicPartition, Long> young = new HashMap<>();
		streams.stream()
			.collect(Collectors.groupingBy(StreamDefinition::retention))
			.forEach((retention, ofRetention) -> young.putAll(oldest(retention, ofRetention, problems)));
		Map<TopicPartition, Long> begins = offsets(young.keySet(), OffsetSpec.earliest(), problems);
		Map<TopicPartition, Long> fitting = fitting(streams, begins, problems);
		Map<TopicPartition, Map<String, Long>> done = this.groups.done(young.keySet(), problems);
		Map<String, RetentionLimits> limitsByTopic = streams.stream()
			.collect(Collectors.toMap(StreamDefinition::name, StreamDefinition::limits, (one, other) -> other));
		Map<TopicPartition, RecordsToDelete> removed = new HashMap<>();
		begins.forEach((partition, begin) -> {
			Map<String, Long> groups = done.getOrDefault(partition, Map.of());
			long fits = fitting.getOrDefault(partition, begin);
			long keep = Math.max(young.getOrDefault(partition, begin), fits);
			keep = groups.values().stream().reduce(keep, Math::min);
			if (Objects.requireNonNull(limitsByTopic.get(partition.topic())).hard()) {
				keep = Math.max(keep, fits);
			}
			this.losses.look(partition, begin, Math.max(begin, keep), groups);
			if (keep > begin) {
				removed.put(partition, RecordsToDelete.beforeOffset(keep));
			}
		});
		if (!removed.isEmpty()) {
			Map<TopicPartition, KafkaFuture<DeletedRecords>> answers = this.admin.deleteRecords(removed)
				.lowWatermarks();
			var _ = each("trim", answers, problems);
		}
	}

	/** The first offsets that the limits leave, of partitions that have any. */
	private Map<TopicPartition, Long> fitting(Collection<StreamDefinition> streams, Map<TopicPartition, Long> begins,
			Map<String, String> problems) {
		Map<String, RetentionLimits> limited = streams.stream()
			.filter((stream) -> !stream.limits().isNone())
			.collect(Collectors.toMap(StreamDefinition::name, StreamDefinition::limits, (one, other) -> other));
		List<TopicPartition> partitions = begins.keySet()
			.stream()
			.filter((partition) -> limited.containsKey(partition.topic()))
			.toList();
		Map<TopicPartition, Long> fitting = new HashMap<>();
		offsets(partitions, OffsetSpec.latest(), problems).forEach((partition, end) -> {
			try {
				fitting.put(partition, this.limits.first(partition, Objects.requireNonNull(begins.get(partition)), end,
						Objects.requireNonNull(limited.get(partition.topic()))));
			}
			catch (StreamException ex) {
				problems.putIfAbsent(partition.topic(), notTrimmed(partition, ex));
			}
		});
		return fitting;
	}

	/**
	 * The first offsets that are young enough to stay; where nothing is, the end. The end
	 * is read first: what comes after it was read is young.
	 */
	private Map<TopicPartition, Long> oldest(Duration retention, List<StreamDefinition> streams,
			Map<String, String> problems) {
		List<TopicPartition> partitions = streams.stream()
			.flatMap((stream) -> IntStream.range(0, stream.partitions())
				.mapToObj((partition) -> new TopicPartition(stream.name(), partition)))
			.toList();
		long from = Instant.now().minus(retention).toEpochMilli();
		Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest(), problems);
		Map<TopicPartition, Long> young = offsets(ends.keySet(), OffsetSpec.forTimestamp(from), problems);
		Map<TopicPartition, Long> oldest = new HashMap<>();
		young.forEach((partition, first) -> oldest.put(partition,
				(first >= 0) ? first : Objects.requireNonNull(ends.get(partition))));
		return oldest;
	}

	private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec,
			Map<String, String> problems) {
		if (partitions.isEmpty()) {
			return Map.of();
		}
		ListOffsetsResult result = this.admin
			.listOffsets(partitions.stream().collect(Collectors.toMap(Function.identity(), (partition) -> spec)));
		Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> answers = partitions.stream()
			.collect(Collectors.toMap(Function.identity(), result::partitionResult));
		Map<TopicPartition, Long> offsets = new HashMap<>();
		each("read offsets", answers, problems).forEach((partition, info) -> offsets.put(partition, info.offset()));
		return offsets;
	}

	/** The answers that came; for the others a problem for each topic. */
	private static <T> Map<TopicPartition, T> each(String operation, Map<TopicPartition, KafkaFuture<T>> answers,
			Map<String, String> problems) {
		Map<TopicPartition, T> results = new HashMap<>();
		answers.forEach((partition, answer) -> {
			try {
				results.put(partition, KafkaFailures.await(operation, answer, PATIENCE_SECONDS));
			}
			catch (StreamException ex) {
				problems.putIfAbsent(partition.topic(), notTrimmed(partition, ex));
			}
		});
		return results;
	}

	private static String notTrimmed(TopicPartition partition, StreamException cause) {
		return "Topic " + partition.topic() + " is not trimmed on partition " + partition.partition() + ": "
				+ cause.getMessage();
	}

}
