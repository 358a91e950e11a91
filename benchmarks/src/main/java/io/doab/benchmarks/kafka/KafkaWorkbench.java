package io.doab.benchmarks.kafka;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import io.doab.benchmarks.harness.CloudEvent;
import io.doab.benchmarks.harness.Loop;
import io.doab.benchmarks.harness.Orders;
import io.doab.benchmarks.harness.OutputCount;
import io.doab.benchmarks.harness.Soundness;
import io.doab.benchmarks.harness.Task;
import io.doab.benchmarks.harness.Workbench;
import io.doab.servers.KafkaServer;
import io.doab.servers.Ports;
import io.doab.stream.Partitioner;
import io.doab.stream.StreamDefinition;
import io.doab.stream.kafka.KafkaSettings;
import io.doab.stream.kafka.KafkaStreamBackend;
import io.doab.stream.spi.StreamBackend;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker. Topics are made as Doab declares them, whoever writes them, so that all
 * have the same settings.
 */
public final class KafkaWorkbench implements Workbench {

	private final KafkaServer server;

	private final StreamBackend streams;

	private final Admin admin;

	public KafkaWorkbench(Path folder) {
		this.server = KafkaServer.start(Ports.free(), folder);
		this.admin = Admin.create(Map.of("bootstrap.servers", address()));
		this.streams = KafkaStreamBackend.create(Map.of("bootstrap.servers", address()),
				Map.of("bootstrap.servers", address()), Map.of("bootstrap.servers", address()),
				KafkaSettings.defaults());
	}

	@Override
	public String address() {
		return this.server.bootstrapServers();
	}

	@Override
	public List<Long> pids() {
		return List.of(this.server.process().pid());
	}

	@Override
	public void fill(String stream, int partitions, Orders orders, int events) {
		create(stream, partitions);
		AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
		try (KafkaProducer<byte[], byte[]> producer = producer(5)) {
			for (int number = 0; number < events; number++) {
				var _ = producer.send(record(stream, partitions, orders, number),
						(stored, cause) -> failure.compareAndSet(null, cause));
			}
		}
		Exception cause = failure.get();
		if (cause != null) {
			throw new IllegalStateException("Kafka did not take the backlog", cause);
		}
	}

	private static ProducerRecord<byte[], byte[]> record(String stream, int partitions, Orders orders, int number) {
		String key = orders.key(number);
		return new ProducerRecord<>(stream, Partitioner.partition(key, partitions), null,
				key.getBytes(StandardCharsets.UTF_8), orders.payload(number),
				KafkaEvents.headers(orders.id(number), CloudEvent.RECEIVED));
	}

	private KafkaProducer<byte[], byte[]> producer(int lingerMillis) {
		return new KafkaProducer<>(Map.of("bootstrap.servers", address(), "linger.ms", lingerMillis),
				new ByteArraySerializer(), new ByteArraySerializer());
	}

	private KafkaConsumer<byte[], byte[]> consumer(List<TopicPartition> partitions) {
		KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", address(), "isolation.level", "read_committed", "auto.offset.reset",
						"earliest", "enable.auto.commit", false),
				new ByteArrayDeserializer(), new ByteArrayDeserializer());
		consumer.assign(partitions);
		consumer.seekToBeginning(partitions);
		return consumer;
	}

	@Override
	public void create(String stream, int partitions) {
		this.streams.declare(List.of(StreamDefinition.of(stream).withPartitions(partitions)));
	}

	/** Of a stream to which nobody writes in transactions. */
	@Override
	public long size(String stream, int partitions) {
		create(stream, partitions);
		List<TopicPartition> all = partitions(stream, partitions);
		try (KafkaConsumer<byte[], byte[]> consumer = consumer(all)) {
			return consumer.endOffsets(all).values().stream().mapToLong(Long::longValue).sum();
		}
	}

	@Override
	public Soundness count(Task task) {
		OutputCount count = new OutputCount(task);
		List<TopicPartition> partitions = partitions(task.output(), task.partitions());
		try (KafkaConsumer<byte[], byte[]> consumer = consumer(partitions)) {
			Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
			while (partitions.stream().anyMatch((each) -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
				consumer.poll(Duration.ofMillis(200)).forEach((record) -> count.add(record.value()));
			}
		}
		return count.soundness();
	}

	private static List<TopicPartition> partitions(String stream, int partitions) {
		return IntStream.range(0, partitions).mapToObj((partition) -> new TopicPartition(stream, partition)).toList();
	}

	@Override
	public void remove(String stream, int partitions) {
		removeIf(stream::equals);
	}

	@Override
	public void tidy(Task task) {
		removeIf((topic) -> topic.equals(task.output()) || topic.contains(task.group()));
	}

	private void removeIf(Predicate<String> condition) {
		try {
			List<String> topics = this.admin.listTopics().names().get().stream().filter(condition).toList();
			this.admin.deleteTopics(topics).all().get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public Sender sender(String stream, int partitions, Orders orders) {
		KafkaProducer<byte[], byte[]> producer = producer(0);
		return new Sender() {
			@Override
			public void send(int number) {
				var _ = producer.send(record(stream, partitions, orders, number));
			}

			@Override
			public void close() {
				producer.close();
			}
		};
	}

	@Override
	public AutoCloseable sink(String stream, int partitions, IntConsumer arrived) {
		KafkaConsumer<byte[], byte[]> consumer = consumer(partitions(stream, partitions));
		return Loop.start("sink", () -> consumer.poll(Duration.ofMillis(100))
			.forEach((record) -> arrived.accept(Orders.number(record.value()))), consumer::close);
	}

	@Override
	public void close() {
		this.admin.close();
		this.streams.close();
		this.server.close();
	}

}
