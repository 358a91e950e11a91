package io.doab.stream.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.doab.stream.error.RetriableException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

import org.jspecify.annotations.Nullable;

/**
 * A small map that is kept in a compacted topic of one partition, the same for all
 * processes. What was read stays in memory, and only what came since is read then. Made
 * with the first write; absent means empty. Blocks; safe for use by many threads.
 */
final class CompactedTopic {

	private static final Duration POLL = Duration.ofMillis(200);

	private final TopicPartition log;

	private final KafkaClients clients;

	private final KafkaTopics topics;

	private final Admin admin;

	private final Producer<byte[], byte[]> producer;

	private final Map<String, String> values = new HashMap<>();

	private boolean present;

	private boolean ensured;

	private long next;

	CompactedTopic(String topic, KafkaClients clients, KafkaTopics topics, Admin admin,
			Producer<byte[], byte[]> producer) {
		this.log = new TopicPartition(topic, 0);
		this.clients = clients;
		this.topics = topics;
		this.admin = admin;
		this.producer = producer;
	}

	/** All that is there now. */
	synchronized Map<String, String> read() {
		if (!this.present) {
			this.present = KafkaFailures.await("list topics", this.admin.listTopics().names(), patience())
				.contains(this.log.topic());
		}
		if (this.present) {
			readOn();
		}
		return Map.copyOf(this.values);
	}

	/**
	 * Stores a value.
	 * @param value null removes what is there
	 */
	synchronized void write(String key, @Nullable String value) {
		if (!this.ensured) {
			this.topics.ensure(List.of(new NewTopic(this.log.topic(), Optional.of(1), this.topics.replicas())
				.configs(this.topics.compacted())));
			this.ensured = true;
		}
		try {
			this.producer
				.send(new ProducerRecord<>(this.log.topic(), KafkaRecords.bytes(key),
						(value != null) ? KafkaRecords.bytes(value) : null))
				.get(patience(), TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException | KafkaException ex) {
			throw KafkaFailures.translate("write to " + this.log.topic(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RetriableException("Interrupted: write to " + this.log.topic(), ex);
		}
	}

	private void readOn() {
		long end = KafkaFailures
			.await("read the end of " + this.log,
					this.admin.listOffsets(Map.of(this.log, OffsetSpec.latest())).partitionResult(this.log), patience())
			.offset();
		if (end <= this.next) {
			return;
		}
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(patience());
		Consumer<byte[], byte[]> reader = this.clients.reader();
		try {
			reader.assign(List.of(this.log));
			reader.seek(this.log, this.next);
			while (this.next < end) {
				reader.poll(POLL).forEach((record) -> {
					String key = new String(record.key(), StandardCharsets.UTF_8);
					byte @Nullable [] value = record.value();
					if (value != null) {
						this.values.put(key, new String(value, StandardCharsets.UTF_8));
					}
					else {
						this.values.remove(key);
					}
				});
				this.next = reader.position(this.log);
				if (System.nanoTime() > deadline) {
					throw new RetriableException(this.log + " could not be read to its end", null);
				}
			}
		}
		catch (KafkaException ex) {
			throw KafkaFailures.translate("read " + this.log, ex);
		}
		finally {
			// Without a limit it waits for the answer to its last fetch.
			reader.close(CloseOptions.timeout(Duration.ZERO));
		}
	}

	private long patience() {
		return this.clients.settings().patienceSeconds();
	}

}
