package io.doab.stream.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.doab.stream.Position;
import io.doab.stream.error.RetriableException;

import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Which records count as removed: a log gives no single one up. Each is a record of a
 * compacted topic, {@code <topic>/<topic id>/<partition>/<offset>}, for a topic that is
 * created again has the same offsets. Blocks.
 */
final class KafkaRemovals {

	static final String TOPIC = "doab.removed";

	private static final byte[] REMOVED = { '1' };

	private final KafkaTopics topics;

	private final ChangelogReader reader;

	private final Producer<byte[], byte[]> producer;

	private final long patience;

	KafkaRemovals(KafkaTopics topics, ChangelogReader reader, Producer<byte[], byte[]> producer, long patience) {
		this.topics = topics;
		this.reader = reader;
		this.producer = producer;
		this.patience = patience;
	}

	void add(TopicPartition partition, Collection<Position> positions) {
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

	Set<Position> of(TopicPartition partition) {
		ensureTopic();
		String prefix = prefix(partition);
		Set<Position> removed = new HashSet<>();
		this.reader.read(TOPIC, List.of(0), (number, key, value) -> {
			String text = new String(key, StandardCharsets.UTF_8);
			if (value != null && text.startsWith(prefix)) {
				removed.add(Position.parse(text.substring(prefix.length())));
			}
		});
		return removed;
	}

	private String prefix(TopicPartition partition) {
		TopicDescription topic = Objects
			.requireNonNull(this.topics.describe(List.of(partition.topic())).get(partition.topic()));
		return partition.topic() + "/" + topic.topicId() + "/" + partition.partition() + "/";
	}

	private void ensureTopic() {
		this.topics.ensure(
				List.of(new NewTopic(TOPIC, Optional.of(1), this.topics.replicas()).configs(this.topics.compacted())));
	}

	private void await(Future<?> stored) {
		try {
			stored.get(this.patience, TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw KafkaFailures.translate("remove an event", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RetriableException("Interrupted: remove an event", ex);
		}
	}

}
