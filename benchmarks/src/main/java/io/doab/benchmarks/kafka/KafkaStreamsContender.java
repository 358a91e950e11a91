package io.doab.benchmarks.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;

import io.doab.benchmarks.harness.Contender;
import io.doab.benchmarks.harness.Probe;
import io.doab.benchmarks.harness.Task;
import io.doab.benchmarks.harness.Workload;
import io.doab.servers.Folders;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

import org.jspecify.annotations.Nullable;

/**
 * Kafka Streams with {@code exactly_once_v2}, its commit interval of 100 ms, a thread per
 * processor, and the Processor API, which costs least. With state: a store in memory or
 * in RocksDB, with its changelog.
 */
public final class KafkaStreamsContender implements Contender {

	private static final String COUNTS = "counts";

	private final boolean persistent;

	/**
	 * Creates one.
	 * @param persistent whether a store is RocksDB, as it is by default, or in memory
	 */
	public KafkaStreamsContender(boolean persistent) {
		this.persistent = persistent;
	}

	@Override
	public AutoCloseable start(Task task, Probe probe) throws IOException {
		Path folder = Files.createTempDirectory("doab-bench-streams");
		KafkaStreams streams = new KafkaStreams(topology(task, probe), settings(task, folder));
		streams.setUncaughtExceptionHandler((cause) -> {
			probe.failed(cause);
			return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
		});
		streams.start();
		return () -> {
			streams.close(Duration.ofSeconds(30));
			Folders.deleteQuietly(folder);
		};
	}

	private static Properties settings(Task task, Path folder) {
		Properties settings = new Properties();
		settings.put(StreamsConfig.APPLICATION_ID_CONFIG, task.group());
		settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, task.address());
		settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
		settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Runtime.getRuntime().availableProcessors());
		settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
		settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
		settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
		Clients.transactional(task).forEach((name, value) -> {
			if (!name.equals(ProducerConfig.TRANSACTIONAL_ID_CONFIG) && !name.endsWith("serializer")) {
				settings.put(StreamsConfig.producerPrefix(name), value);
			}
		});
		Clients.member(task).forEach((name, value) -> {
			if (name.startsWith("max.poll") || name.startsWith("auto.offset") || name.startsWith("session")
					|| name.startsWith("heartbeat")) {
				settings.put(StreamsConfig.mainConsumerPrefix(name), value);
			}
		});
		return settings;
	}

	private Topology topology(Task task, Probe probe) {
		Topology topology = new Topology();
		topology.addSource("in", task.input());
		if (task.workload() == Workload.STATE) {
			topology.addProcessor("work", () -> new Counting(probe), "in");
			topology.addStateStore(Stores.keyValueStoreBuilder(store(), Serdes.ByteArray(), Serdes.Long()), "work");
		}
		else {
			topology.addProcessor("work", () -> new Transforming(probe), "in");
		}
		topology.addSink("out", task.output(), "work");
		return topology;
	}

	private KeyValueBytesStoreSupplier store() {
		return this.persistent ? Stores.persistentKeyValueStore(COUNTS) : Stores.inMemoryKeyValueStore(COUNTS);
	}

	private static void forward(@Nullable ProcessorContext<byte[], byte[]> context, Record<byte[], byte[]> input,
			byte[] result) {
		Objects.requireNonNull(context)
			.forward(input.withValue(result).withHeaders(KafkaEvents.following(input.headers())));
	}

	private static final class Transforming implements Processor<byte[], byte[], byte[], byte[]> {

		private final Probe probe;

		private @Nullable ProcessorContext<byte[], byte[]> context;

		Transforming(Probe probe) {
			this.probe = probe;
		}

		@Override
		public void init(ProcessorContext<byte[], byte[]> initial) {
			this.context = initial;
		}

		@Override
		public void process(Record<byte[], byte[]> input) {
			forward(this.context, input, this.probe.transform(input.value()));
		}

	}

	private static final class Counting implements Processor<byte[], byte[], byte[], byte[]> {

		private final Probe probe;

		private @Nullable ProcessorContext<byte[], byte[]> context;

		private @Nullable KeyValueStore<byte[], Long> counts;

		Counting(Probe probe) {
			this.probe = probe;
		}

		@Override
		public void init(ProcessorContext<byte[], byte[]> initial) {
			this.context = initial;
			this.counts = initial.getStateStore(COUNTS);
		}

		@Override
		public void process(Record<byte[], byte[]> input) {
			KeyValueStore<byte[], Long> store = Objects.requireNonNull(this.counts);
			Long before = store.get(input.key());
			long count = ((before != null) ? before : 0) + 1;
			store.put(input.key(), count);
			forward(this.context, input, this.probe.count(input.value(), count));
		}

	}

}
