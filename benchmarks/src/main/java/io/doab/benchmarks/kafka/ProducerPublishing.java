package io.doab.benchmarks.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.doab.benchmarks.harness.CloudEvent;
import io.doab.benchmarks.harness.Publishing;
import io.doab.benchmarks.harness.Task;
import io.doab.stream.Partitioner;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Kafka's producer: idempotent where it can be, which is with {@code acks=all}. */
final class ProducerPublishing implements Publishing.Sender {

	private final Task task;

	private final KafkaProducer<byte[], byte[]> producer;

	ProducerPublishing(Task task) {
		this.task = task;
		Map<String, Object> settings = Clients.producer(task);
		String acks = switch (Objects.requireNonNull(task.publication()).acknowledged()) {
			case NONE -> "0";
			case LEADER -> "1";
			case ALL -> "all";
		};
		settings.put(ProducerConfig.ACKS_CONFIG, acks);
		settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, acks.equals("all"));
		this.producer = new KafkaProducer<>(settings);
	}

	@Override
	public CompletionStage<?> send(String id, String key, byte[] payload) {
		CompletableFuture<Object> answer = new CompletableFuture<>();
		int partition = Partitioner.partition(key, this.task.partitions());
		var _ = this.producer.send(new ProducerRecord<>(this.task.output(), partition, null,
				key.getBytes(StandardCharsets.UTF_8), payload, KafkaEvents.headers(id, CloudEvent.ACCEPTED)),
				(stored, failure) -> {
					if (failure == null) {
						answer.complete(stored);
					}
					else {
						answer.completeExceptionally(failure);
					}
				});
		return answer;
	}

	@Override
	public void close() {
		this.producer.close();
	}

}
