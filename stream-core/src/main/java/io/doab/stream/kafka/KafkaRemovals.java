package io.doab.stream.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import io.doab.stream.Position;
import io.doab.stream.error.RetriableException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Which records count as removed: a log gives no single one up. Each is a record of a
 * compacted topic, {@code <topic>/<topic id>/<partition>/<offset>}, for a topic that is
 * created again has the same offsets. Blocks; safe for use by many threads.
 *
 * <p>
 * What was read stays in memory, and only what came since is read then.
 */
final class KafkaRemovals {

	static final String TOPIC = "doab.removed";

	private static final TopicPartition LOG = new TopicPartition(TOPIC, 0);

	private static final byte[] REMOVED = { '1' };

	private static final Duration POLL = Duration.ofMillis(200);

	private final KafkaClients clients;

	private final KafkaTopics topics;

	private final Admin admin;

	private final Producer<byte[], byte[]> producer;

	private final Set<String> known = new HashSet<>();

	private boolean ensured;

	private long next;

	KafkaRemovals(KafkaClients clients, KafkaTopics topics, Admin admin, Producer<byte[], byte[]> producer) {
		this.clients = clients;
		this.topics = topics;
		this.admin = admin;
		this.producer = producer;
	}

	synchronized void add(TopicPartition partition, Collection<Position> positions) {
		ensureTopic();
		String prefix = prefix(partition);
		List<Future<?>> sent = positions.stream()
			.<Future<?>>map((position) -> this.producer
				.send(new ProducerRecord<>(TOPIC, KafkaRecords.bytes(prefix + position), REMOVED)))
			.toList();
		for (Future<?> one : sent) {
			await(one);
		}
	}

	synchronized Set<Position> of(TopicPartition partition) {
		ensureTopic();
		readOn();
		String prefix = prefix(partition);
		return this.known.stream()
			.filter((text) -> text.startsWith(prefix))
			.map((text) -> Position.parse(text.substring(prefix.length())))
			.collect(Collectors.toSet());
	}

	/** The same, without making the topic that they are kept in. */
	synchronized Set<Position> present(TopicPartition partition) {
		boolean any = this.ensured
				|| KafkaFailures.await("list topics", this.admin.listTopics().names(), patience()).contains(TOPIC);
		return any ? of(partition) : Set.of();
	}

	private void readOn() {
		long end = KafkaFailures
			.await("read the end of " + LOG,
					this.admin.listOffsets(Map.of(LOG, OffsetSpec.latest())).partitionResult(LOG), patience())
			.offset();
		if (end <= this.next) {
			return;
		}
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(patience());
		try (Consumer<byte[], byte[]> reader = this.clients.reader()) {
			reader.assign(List.of(LOG));
			reader.seek(LOG, this.next);
			while (this.next < end) {
				reader.poll(POLL).forEach((record) -> this.known.add(new String(record.key(), StandardCharsets.UTF_8)));
				this.next = reader.position(LOG);
				if (System.nanoTime() > deadline) {
					throw new RetriableException(LOG + " could not be read to its end", null);
				}
			}
		}
		catch (KafkaException ex) {
			throw KafkaFailures.translate("read " + LOG, ex);
		}
	}

	private String prefix(TopicPartition partition) {
		TopicDescription topic = Objects
			.requireNonNull(this.topics.describe(List.of(partition.topic())).get(partition.topic()));
		return partition.topic() + "/" + topic.topicId() + "/" + partition.partition() + "/";
	}

	private void ensureTopic() {
		if (this.ensured) {
			return;
		}
		this.topics.ensure(
				List.of(new NewTopic(TOPIC, Optional.of(1), this.topics.replicas()).configs(this.topics.compacted())));
		this.ensured = true;
	}

	private void await(Future<?> stored) {
		try {
			stored.get(patience(), TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw KafkaFailures.translate("remove an event", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RetriableException("Interrupted: remove an event", ex);
		}
	}

	private long patience() {
		return this.clients.settings().patienceSeconds();
	}

}
