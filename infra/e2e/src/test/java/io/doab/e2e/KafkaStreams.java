package io.doab.e2e;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import org.jspecify.annotations.Nullable;

/** Reads Kafka. */
final class KafkaStreams implements Streams {

	private final String address;

	private final Admin admin;

	KafkaStreams(String address) {
		this.address = address;
		this.admin = Admin.create(Map.of("bootstrap.servers", address));
	}

	@Override
	public List<StoredEvent> read(String stream) {
		List<StoredEvent> events = new ArrayList<>();
		readAll(List.of(stream), "read_committed", (record) -> events.add(event(record)));
		return events;
	}

	@Override
	public void scan(Consumer<byte[]> bytes) {
		try {
			Set<String> topics = this.admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
			readAll(topics, "read_uncommitted", (record) -> {
				bytes.accept(Objects.requireNonNullElse(record.key(), new byte[0]));
				bytes.accept(Objects.requireNonNullElse(record.value(), new byte[0]));
				for (Header header : record.headers()) {
					bytes.accept(header.value());
				}
			});
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public long lag(String group, String stream) {
		try {
			long lag = 0;
			var offsets = this.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
			for (var entry : offsets.entrySet()) {
				if (entry.getKey().topic().equals(stream)) {
					long end = this.admin.listOffsets(Map.of(entry.getKey(), OffsetSpec.latest()))
						.partitionResult(entry.getKey())
						.get()
						.offset();
					lag += end - entry.getValue().offset();
				}
			}
			return lag;
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void readAll(Collection<String> topics, String isolation,
			Consumer<ConsumerRecord<byte[], byte[]>> records) {
		try (KafkaConsumer<byte[], byte[]> consumer = consumer(isolation)) {
			List<TopicPartition> partitions = assignAll(consumer, topics);
			Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
			Set<TopicPartition> open = new HashSet<>(partitions);
			while (true) {
				open.removeIf((partition) -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
				if (open.isEmpty()) {
					return;
				}
				consumer.poll(Duration.ofMillis(200)).forEach(records);
			}
		}
	}

	private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
		return new KafkaConsumer<>(Map.of("bootstrap.servers", this.address, "isolation.level", isolation,
				"auto.offset.reset", "earliest", "exclude.internal.topics", false), new ByteArrayDeserializer(),
				new ByteArrayDeserializer());
	}

	private static List<TopicPartition> assignAll(KafkaConsumer<byte[], byte[]> consumer, Collection<String> topics) {
		List<TopicPartition> partitions = topics.stream()
			.flatMap((topic) -> consumer.partitionsFor(topic)
				.stream()
				.map((info) -> new TopicPartition(topic, info.partition())))
			.toList();
		consumer.assign(partitions);
		consumer.seekToBeginning(partitions);
		return partitions;
	}

	@Override
	public Tail tail(String stream) {
		KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed");
		assignAll(consumer, List.of(stream));
		return new Tail() {

			@Override
			public void poll(BiConsumer<Integer, StoredEvent> events) {
				consumer.poll(Duration.ofMillis(200))
					.forEach((record) -> events.accept(record.partition(), event(record)));
			}

			@Override
			public void close() {
				consumer.close();
			}

		};
	}

	@Override
	public void close() {
		this.admin.close();
	}

	private static StoredEvent event(ConsumerRecord<byte[], byte[]> record) {
		return new StoredEvent(header(record, "ce_id"), header(record, "ce_type"), text(record.key()),
				text(record.value()));
	}

	private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
		Header header = record.headers().lastHeader(name);
		return (header != null) ? text(header.value()) : "";
	}

	private static String text(byte @Nullable [] bytes) {
		return (bytes != null) ? new String(bytes, StandardCharsets.UTF_8) : "";
	}

}
