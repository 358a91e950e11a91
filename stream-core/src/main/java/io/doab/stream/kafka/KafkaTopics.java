package io.doab.stream.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.doab.stream.StreamDefinition;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.Repartitioning;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidMetadataException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Creates and checks topics. Blocks. Safe for use by many threads.
 */
final class KafkaTopics {

	/** Before the number of partitions, a dot and the stream's name. */
	private static final String RAISING = "doab.raising.";

	/** Before the name of a stream whose raise has begun to move what groups keep. */
	private static final String MOVING = "doab.moving.";

	private static final Duration ASK_AGAIN = Duration.ofMillis(20);

	/** 64 MiB. */
	private static final String SEGMENT_BYTES = String.valueOf(64 * 1024 * 1024);

	private static final String SEGMENT_MILLIS = String.valueOf(Duration.ofHours(1).toMillis());

	private final Admin admin;

	private final KafkaSettings settings;

	private final AtomicInteger mostReplicas = new AtomicInteger();

	KafkaTopics(Admin admin, KafkaSettings settings) {
		this.admin = admin;
		this.settings = settings;
	}

	/**
	 * Creates the streams that are absent, and checks the others.
	 * @throws FatalStreamException when one has another number of partitions
	 */
	void declare(Collection<StreamDefinition> streams) {
		requireOpen(streams.stream().map(StreamDefinition::name).toList());
		streams.forEach((stream) -> this.mostReplicas.accumulateAndGet(stream.replicas(), Math::max));
		Map<String, TopicDescription> present = ensure(streams.stream().map(this::topic).toList());
		for (StreamDefinition stream : streams) {
			TopicDescription topic = present.get(stream.name());
			if (topic == null) {
				throw new RetriableException("Topic " + stream.name() + " is not there yet", null);
			}
			if (topic.partitions().size() != stream.partitions()) {
				throw new FatalStreamException("Topic '" + stream.name() + "' has " + topic.partitions().size()
						+ " partitions and " + stream.partitions()
						+ " in this application: keys would change their partition. Set doab.streams[" + stream.name()
						+ "].partitions=" + topic.partitions().size(), null);
			}
		}
	}

	/**
	 * The broker's own retention is off: it would remove what a group has not done.
	 * {@link KafkaTrimmer} removes what is old and done. Times are those of the broker,
	 * as on Redis: what a producer says of itself is in the event.
	 */
	private NewTopic topic(StreamDefinition stream) {
		Optional<Short> replicas = (stream.replicas() > 0) ? Optional.of((short) stream.replicas()) : Optional.empty();
		return new NewTopic(stream.name(), Optional.of(stream.partitions()), replicas).configs(Map.of(
				TopicConfig.RETENTION_MS_CONFIG, "-1", TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime",
				TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(this.settings.maxMessageBytes())));
	}

	/**
	 * Creates topics unless they are there, and waits until their leaders serve them. To
	 * send to a topic earlier would cost the order of events and more: of several batches
	 * in flight the first meets a broker that does not lead yet, the next one that does,
	 * and the broker takes any sequence number for the first of a producer that it does
	 * not know.
	 */
	Map<String, TopicDescription> ensure(Collection<NewTopic> wanted) {
		create(wanted);
		List<String> names = wanted.stream().map(NewTopic::name).toList();
		Map<String, TopicDescription> present = onceKnown(() -> describe(names));
		List<TopicPartition> partitions = present.values()
			.stream()
			.flatMap((topic) -> topic.partitions()
				.stream()
				.map((partition) -> new TopicPartition(topic.name(), partition.partition())))
			.toList();
		onceKnown(() -> ends(partitions));
		return present;
	}

	/**
	 * Gives a topic more partitions, and waits until their leaders serve them. One that
	 * has as many is left as it is.
	 */
	void raise(String topic, int partitions) {
		TopicDescription present = Objects.requireNonNull(describe(List.of(topic)).get(topic));
		if (present.partitions().size() < partitions) {
			var _ = KafkaFailures.await("raise " + topic,
					this.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all(),
					this.settings.patienceSeconds());
		}
		onceKnown(() -> ends(
				IntStream.range(0, partitions).mapToObj((partition) -> new TopicPartition(topic, partition)).toList()));
	}

	/** Topics say which streams are being raised, and to how many partitions. */
	void close(Collection<String> streams, int partitions) {
		for (String mark : marks(streams)) {
			String begun = mark.substring(RAISING.length(), mark.indexOf('.', RAISING.length()));
			if (!begun.equals(String.valueOf(partitions))) {
				throw Repartitioning.begunOtherwise(mark.substring(RAISING.length() + begun.length() + 1), begun,
						partitions);
			}
		}
		create(streams.stream()
			.map((stream) -> new NewTopic(RAISING + partitions + "." + stream, Optional.of(1), replicas()))
			.toList());
	}

	boolean isClosed(Collection<String> streams) {
		return !marks(streams).isEmpty();
	}

	void begin(Collection<String> streams) {
		create(streams.stream().map((stream) -> new NewTopic(MOVING + stream, Optional.of(1), replicas())).toList());
	}

	boolean hasBegun(Collection<String> streams) {
		return !begun(streams).isEmpty();
	}

	private Set<String> begun(Collection<String> streams) {
		return names().stream()
			.filter((topic) -> topic.startsWith(MOVING) && streams.contains(topic.substring(MOVING.length())))
			.collect(Collectors.toSet());
	}

	void open(Collection<String> streams) {
		delete(streams, this::begun);
		delete(streams, this::marks);
	}

	private void delete(Collection<String> streams, Function<Collection<String>, Set<String>> find) {
		Set<String> marks = find.apply(streams);
		if (marks.isEmpty()) {
			return;
		}
		var _ = KafkaFailures.await("open " + streams, this.admin.deleteTopics(marks).all(),
				this.settings.patienceSeconds());
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(this.settings.patienceSeconds());
		while (!find.apply(streams).isEmpty()) {
			if (System.nanoTime() - deadline > 0) {
				throw new RetriableException("Topics " + marks + " are not gone yet: run it again", null);
			}
			LockSupport.parkNanos(ASK_AGAIN.toNanos());
		}
	}

	private void requireOpen(Collection<String> streams) {
		for (String mark : marks(streams)) {
			String partitions = mark.substring(RAISING.length(), mark.indexOf('.', RAISING.length()));
			String stream = mark.substring(RAISING.length() + partitions.length() + 1);
			throw Repartitioning.closed(stream, partitions);
		}
	}

	private Set<String> marks(Collection<String> streams) {
		return names().stream()
			.filter((topic) -> topic.startsWith(RAISING) && topic.indexOf('.', RAISING.length()) > 0
					&& streams.contains(topic.substring(topic.indexOf('.', RAISING.length()) + 1)))
			.collect(Collectors.toSet());
	}

	Collection<String> names() {
		return KafkaFailures.await("list topics", this.admin.listTopics().names(), this.settings.patienceSeconds());
	}

	Map<String, TopicDescription> describe(Collection<String> names) {
		return KafkaFailures.await("describe topics", this.admin.describeTopics(names).allTopicNames(),
				this.settings.patienceSeconds());
	}

	/**
	 * Settings of a topic that keeps the last record of each key and is read as a whole.
	 * The last segment is never compacted, so it is kept small; and what is read at each
	 * take-over is worth compacting before half of it is garbage.
	 */
	Map<String, String> compacted() {
		return Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
				TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(this.settings.maxMessageBytes()),
				TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1", TopicConfig.SEGMENT_BYTES_CONFIG, SEGMENT_BYTES,
				TopicConfig.SEGMENT_MS_CONFIG, SEGMENT_MILLIS);
	}

	/**
	 * Settings of a topic that keeps its records for some time and is read as a whole.
	 */
	Map<String, String> kept(Duration time) {
		return Map.of(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(time.toMillis()),
				TopicConfig.SEGMENT_BYTES_CONFIG, SEGMENT_BYTES, TopicConfig.SEGMENT_MS_CONFIG, SEGMENT_MILLIS);
	}

	/** As many as the stream has that was declared with the most; else the broker's. */
	Optional<Short> replicas() {
		short most = (short) this.mostReplicas.get();
		return (most > 0) ? Optional.of(most) : Optional.empty();
	}

	/** The answer of each partition's leader, which it gives once it leads. */
	private Map<TopicPartition, ListOffsetsResultInfo> ends(List<TopicPartition> partitions) {
		Map<TopicPartition, OffsetSpec> ends = partitions.stream()
			.collect(Collectors.toMap((partition) -> partition, (partition) -> OffsetSpec.latest()));
		return KafkaFailures.await("wait for the leaders of " + partitions, this.admin.listOffsets(ends).all(),
				this.settings.patienceSeconds());
	}

	/** Asks again while a broker does not know a topic that another one has created. */
	private <T> T onceKnown(Supplier<T> question) {
		long began = System.nanoTime();
		while (true) {
			try {
				return question.get();
			}
			catch (RetriableException ex) {
				boolean patient = System.nanoTime() - began < TimeUnit.SECONDS.toNanos(this.settings.patienceSeconds());
				if (!(ex.getCause() instanceof InvalidMetadataException) || !patient) {
					throw ex;
				}
				LockSupport.parkNanos(ASK_AGAIN.toNanos());
			}
		}
	}

	private void create(Collection<NewTopic> wanted) {
		Map<String, NewTopic> absent = absent(wanted);
		for (KafkaFuture<Void> created : this.admin.createTopics(absent.values()).values().values()) {
			try {
				created.get(this.settings.patienceSeconds(), TimeUnit.SECONDS);
			}
			catch (ExecutionException | TimeoutException ex) {
				if (!(KafkaFailures.unwrap(ex) instanceof TopicExistsException)) {
					throw KafkaFailures.translate("create topics " + absent.keySet(), ex);
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw KafkaFailures.translate("create topics", ex);
			}
		}
	}

	private Map<String, NewTopic> absent(Collection<NewTopic> wanted) {
		Collection<String> present = names();
		return wanted.stream()
			.filter((topic) -> !present.contains(topic.name()))
			.collect(Collectors.toMap(NewTopic::name, (topic) -> topic));
	}

}
