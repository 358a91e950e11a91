package io.doab.stream.kafka;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import io.doab.stream.Position;
import io.doab.stream.ResetTarget;
import io.doab.stream.StreamDescription;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.StreamLogs;
import io.doab.stream.spi.StreamRecord;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;

import org.jspecify.annotations.Nullable;

/**
 * Topics that hold events, as Kafka has them. Topics of this library's own and of the
 * broker's are none.
 */
final class KafkaLogs implements StreamLogs {

	/**
	 * The last event is looked for among so many offsets at the end: marks of
	 * transactions may follow it.
	 */
	private static final int TAIL = 100;

	private static final String OWN = "doab.";

	private final Admin admin;

	private final KafkaTopics topics;

	private final KafkaRemovals removals;

	private final LogBounds bounds;

	private final KafkaScan scan;

	private final long patience;

	KafkaLogs(KafkaClients clients, Admin admin, KafkaTopics topics, KafkaRemovals removals, LogBounds bounds) {
		this.admin = admin;
		this.topics = topics;
		this.removals = removals;
		this.bounds = bounds;
		this.scan = new KafkaScan(clients);
		this.patience = clients.settings().patienceSeconds();
	}

	@Override
	public Map<String, Integer> partitions() {
		List<String> names = KafkaFailures.await("list topics", this.admin.listTopics().names(), this.patience)
			.stream()
			.filter((topic) -> !topic.startsWith(OWN) && !topic.startsWith("__"))
			.toList();
		Map<String, Integer> partitions = new TreeMap<>();
		this.topics.describe(names).forEach((name, topic) -> partitions.put(name, topic.partitions().size()));
		return partitions;
	}

	@Override
	public List<StreamDescription.Partition> describe(String stream, int partitions) {
		List<TopicPartition> parts = IntStream.range(0, partitions)
			.mapToObj((partition) -> new TopicPartition(stream, partition))
			.toList();
		Map<TopicPartition, Long> begins = this.bounds.begins(parts);
		Map<TopicPartition, Long> ends = this.bounds.ends(parts);
		Map<TopicPartition, Long> tails = new HashMap<>();
		begins.forEach((part, begin) -> tails.put(part, Math.max(begin, ends.getOrDefault(part, 0L) - TAIL)));
		Map<TopicPartition, StreamDescription.Stored> first = edge(begins, ends, true);
		Map<TopicPartition, StreamDescription.Stored> last = edge(tails, ends, false);
		Map<TopicPartition, Long> bytes = bytes(stream);
		return parts.stream()
			.map((part) -> new StreamDescription.Partition(part.partition(),
					ends.getOrDefault(part, 0L) - begins.getOrDefault(part, 0L), first.get(part), last.get(part),
					bytes.get(part)))
			.toList();
	}

	/** The first or the last event between offsets. */
	private Map<TopicPartition, StreamDescription.Stored> edge(Map<TopicPartition, Long> from,
			Map<TopicPartition, Long> ends, boolean first) {
		Map<TopicPartition, StreamDescription.Stored> found = new HashMap<>();
		this.scan.read(from, ends, (part, record) -> {
			if (!first || !found.containsKey(part)) {
				found.put(part, new StreamDescription.Stored(Position.ofOffset(record.offset()),
						Instant.ofEpochMilli(record.timestamp())));
			}
			return !first;
		});
		return found;
	}

	/** Of the leaders' copies. */
	private Map<TopicPartition, Long> bytes(String stream) {
		TopicDescription topic = this.topics.describe(List.of(stream)).get(stream);
		Map<TopicPartition, Long> bytes = new HashMap<>();
		if (topic == null) {
			return bytes;
		}
		Map<Integer, Integer> leaders = new HashMap<>();
		topic.partitions().forEach((partition) -> {
			Node leader = partition.leader();
			if (leader != null) {
				leaders.put(partition.partition(), leader.id());
			}
		});
		KafkaFailures
			.await("read the size of " + stream,
					this.admin.describeLogDirs(new HashSet<>(leaders.values())).allDescriptions(), this.patience)
			.forEach((broker, folders) -> folders.values()
				.stream()
				.map(LogDirDescription::replicaInfos)
				.forEach((replicas) -> replicas.forEach((part, replica) -> {
					if (part.topic().equals(stream) && broker.equals(leaders.get(part.partition()))) {
						bytes.merge(part, replica.size(), Long::sum);
					}
				})));
		return bytes;
	}

	@Override
	public Position before(StreamPartition partition, ResetTarget target) {
		TopicPartition part = new TopicPartition(partition.stream(), partition.partition());
		List<TopicPartition> one = List.of(part);
		return switch (target) {
			case ResetTarget.Earliest() -> before(this.bounds.begins(one), part);
			case ResetTarget.Latest() -> before(this.bounds.ends(one), part);
			case ResetTarget.Since(Instant time) -> before(this.bounds.since(one, time), part);
			case ResetTarget.Before(Map<StreamPartition, Position> positions) -> {
				Position position = positions.get(partition);
				if (position == null || position.minor() != Position.NONE || position.major() < 0) {
					throw new IllegalArgumentException("Position " + position + " of " + partition
							+ " is none of Kafka: expected an offset such as 42");
				}
				long end = this.bounds.ends(one).getOrDefault(part, 0L);
				if (position.major() > end) {
					throw new IllegalArgumentException("Position " + position + " lies behind the end of " + partition
							+ ", which is " + end + ": to begin there, go to the latest");
				}
				yield Position.ofOffset(position.major() - 1);
			}
		};
	}

	private static Position before(Map<TopicPartition, Long> offsets, TopicPartition part) {
		return Position.ofOffset(offsets.getOrDefault(part, 0L) - 1);
	}

	@Override
	public void scan(StreamPartition partition, @Nullable Position after, @Nullable Position to,
			Predicate<StreamRecord> more) {
		TopicPartition part = new TopicPartition(partition.stream(), partition.partition());
		long begin = this.bounds.begins(List.of(part)).getOrDefault(part, 0L);
		long end = this.bounds.ends(List.of(part)).getOrDefault(part, 0L);
		long from = (after != null) ? Math.max(begin, after.major() + 1) : begin;
		long until = (to != null) ? Math.min(end, to.major() + 1) : end;
		Set<Position> removed = this.removals.present(part);
		this.scan.read(Map.of(part, from), Map.of(part, until), (same, raw) -> {
			StreamRecord record = RecordReader.readOne(raw);
			return removed.contains(record.position()) || more.test(record);
		});
	}

}
