package io.doab.conformance.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.doab.servers.BreakableServer;
import io.doab.servers.Folders;
import io.doab.servers.KafkaServer;
import io.doab.servers.Ports;
import io.doab.servers.TcpProxy;
import io.doab.conformance.BackendConnector;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.ProxyFaults;
import io.doab.conformance.server.ContainerServer;
import io.doab.conformance.server.FixtureMode;
import io.doab.stream.Position;
import io.doab.stream.kafka.KafkaSettings;
import io.doab.stream.kafka.KafkaStreamBackend;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker with three listeners: one for the test itself, two behind proxies.
 *
 * <p>
 * It cannot be filled up, for a broker whose disk is full ends itself; nor does one
 * broker fail over.
 */
public final class KafkaFixture implements BackendFixture {

	private static final String IMAGE = "apache/kafka:4.2.1";

	private static final Duration SESSION = Duration.ofSeconds(2);

	private static final KafkaSettings SETTINGS = new KafkaSettings(KafkaSettings.GroupProtocol.AUTO, SESSION,
			Duration.ofSeconds(6), Duration.ofSeconds(3), Duration.ofMinutes(10), 1024 * 1024);

	/** What the broker says of sessions under the consumer protocol, and of locks. */
	private static final Map<String, String> SESSIONS = Map.of("group.consumer.min.session.timeout.ms",
			String.valueOf(SESSION.toMillis()), "group.consumer.session.timeout.ms", String.valueOf(SESSION.toMillis()),
			"group.share.min.session.timeout.ms", String.valueOf(SESSION.toMillis()), "group.share.session.timeout.ms",
			String.valueOf(SESSION.toMillis()), "group.share.min.record.lock.duration.ms", "1000");

	private static final String LARGEST = "max.message.bytes";

	private final BreakableServer server;

	private final String bootstrapServers;

	private final Map<Network, TcpProxy> proxies;

	private final Path folder;

	private final Admin admin;

	private final KafkaProducer<byte[], byte[]> producer;

	private final KafkaConsumer<byte[], byte[]> reader;

	public KafkaFixture() {
		this(Map.of());
	}

	/**
	 * Starts a broker.
	 * @param configuration what is to be other than by default in its configuration
	 */
	public KafkaFixture(Map<String, String> configuration) {
		Map<String, String> all = new HashMap<>(SESSIONS);
		all.putAll(configuration);
		try {
			this.folder = Files.createTempDirectory("doab-kafka");
			int direct = Ports.free();
			int one = Ports.free();
			int other = Ports.free();
			this.proxies = Map.of(Network.ONE, TcpProxy.start(0, one), Network.OTHER, TcpProxy.start(0, other));
			this.bootstrapServers = "localhost:" + direct;
			this.server = start(List.of(new KafkaServer.Listener(direct, direct),
					new KafkaServer.Listener(one, proxy(Network.ONE).port()),
					new KafkaServer.Listener(other, proxy(Network.OTHER).port())), all);
			this.admin = Admin.create(Map.of("bootstrap.servers", this.bootstrapServers));
			this.reader = new KafkaConsumer<>(
					Map.of("bootstrap.servers", this.bootstrapServers, "isolation.level", "read_committed",
							"auto.offset.reset", "earliest", "fetch.max.wait.ms", 50),
					new ByteArrayDeserializer(), new ByteArrayDeserializer());
			this.producer = new KafkaProducer<>(
					Map.of("bootstrap.servers", this.bootstrapServers, "max.request.size", 2 * 1024 * 1024),
					new ByteArraySerializer(), new ByteArraySerializer());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public TcpProxy proxy(Network network) {
		return Objects.requireNonNull(this.proxies.get(network));
	}

	private BreakableServer start(List<KafkaServer.Listener> listeners, Map<String, String> configuration) {
		return switch (FixtureMode.current()) {
			case EMBEDDED -> KafkaServer.start(listeners, this.folder, configuration);
			case CONTAINERS -> container(listeners, configuration);
		};
	}

	private BreakableServer container(List<KafkaServer.Listener> listeners, Map<String, String> configuration) {
		ContainerServer.Builder container = ContainerServer.of(FixtureMode.image("kafka", IMAGE));
		listeners.forEach((listener) -> container.port(listener.port()));
		Map<String, String> environment = new LinkedHashMap<>(Map.of("KAFKA_HEAP_OPTS", "-Xmx256m"));
		KafkaServer.configuration(listeners, "0.0.0.0", Ports.free(), "/var/lib/kafka/data", configuration)
			.lines()
			.forEach((line) -> {
				int equals = line.indexOf('=');
				String name = line.substring(0, equals).replace('.', '_').toUpperCase(Locale.ROOT);
				environment.put("KAFKA_" + name, line.substring(equals + 1));
			});
		return container.environment(environment).start(this::serves);
	}

	private boolean serves() {
		try (Admin asking = Admin.create(Map.of("bootstrap.servers", this.bootstrapServers))) {
			return !asking.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			return false;
		}
	}

	@Override
	public Class<? extends BackendConnector> connector() {
		return Connector.class;
	}

	@Override
	public String address(Network network) {
		return "localhost:" + proxy(network).port();
	}

	public StreamBackend newBackend(Network network, KafkaSettings settings) {
		return newBackend(address(network), settings);
	}

	private static StreamBackend newBackend(String bootstrapServers, KafkaSettings settings) {
		Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers);
		return KafkaStreamBackend.create(config, config, config, settings);
	}

	public KafkaSettings settings() {
		return SETTINGS;
	}

	public Admin admin() {
		return this.admin;
	}

	/** A producer as any client of Kafka has one. The caller closes it. */
	public Producer<byte[], byte[]> transactional(String id, Duration timeout) {
		Producer<byte[], byte[]> transactional = new KafkaProducer<>(Map.of("bootstrap.servers", this.bootstrapServers,
				"transactional.id", id, "transaction.timeout.ms", (int) timeout.toMillis()), new ByteArraySerializer(),
				new ByteArraySerializer());
		transactional.initTransactions();
		return transactional;
	}

	/** What somebody who is no member of a group says of it. */
	public ConsumerGroupMetadata outsider(String group) {
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", this.bootstrapServers, "group.id", group), new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			return consumer.groupMetadata();
		}
	}

	@Override
	public synchronized List<StreamRecord> read(String stream, int partition) {
		TopicPartition input = new TopicPartition(stream, partition);
		List<StreamRecord> records = new ArrayList<>();
		this.reader.assign(List.of(input));
		this.reader.seekToBeginning(List.of(input));
		long end = Objects.requireNonNull(this.reader.endOffsets(List.of(input)).get(input));
		while (this.reader.position(input) < end) {
			this.reader.poll(Duration.ofMillis(200)).forEach((record) -> records.add(event(record)));
		}
		return records;
	}

	/** As the CloudEvents binding for Kafka says. */
	private static StreamRecord event(ConsumerRecord<byte[], byte[]> record) {
		Map<String, String> attributes = new LinkedHashMap<>();
		for (Header header : record.headers()) {
			String name = header.key().equals("content-type") ? "datacontenttype"
					: header.key().startsWith("ce_") ? header.key().substring(3) : "header:" + header.key();
			attributes.put(name, new String(header.value(), StandardCharsets.UTF_8));
		}
		byte @Nullable [] key = record.key();
		return new StreamRecord(Position.ofOffset(record.offset()), new WireEvent(attributes,
				(key != null) ? new String(key, StandardCharsets.UTF_8) : null, record.value()), null);
	}

	@Override
	public void appendForeign(String stream, int partition, byte[] key, byte[] data) {
		try {
			this.producer.send(new ProducerRecord<>(stream, partition, key, data)).get();
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public long lag(String group, String stream, int partition) {
		try {
			TopicPartition input = new TopicPartition(stream, partition);
			OffsetAndMetadata offset = this.admin.listConsumerGroupOffsets(group)
				.partitionsToOffsetAndMetadata()
				.get()
				.get(input);
			long end = this.admin.listOffsets(Map.of(input, OffsetSpec.latest())).partitionResult(input).get().offset();
			return end - ((offset != null) ? offset.offset() : 0);
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void refuseAppends(String stream, int partitions) {
		limit(stream, new AlterConfigOp(new ConfigEntry(LARGEST, "200"), AlterConfigOp.OpType.SET));
	}

	@Override
	public void acceptAppends(String stream, int partitions) {
		limit(stream,
				new AlterConfigOp(new ConfigEntry(LARGEST, String.valueOf(2 * 1024 * 1024)), AlterConfigOp.OpType.SET));
	}

	/** Marks of transactions are smaller than this, events are not. */
	private void limit(String topic, AlterConfigOp change) {
		try {
			this.admin
				.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
				.all()
				.get();
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void deleteGroup(String group, String stream, int partitions) {
		try {
			this.admin.deleteConsumerGroups(List.of(group)).all().get();
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void restartServer() {
		this.server.kill();
		this.server.start();
	}

	@Override
	public void pauseServer() {
		this.server.pause();
	}

	@Override
	public void resumeServer() {
		this.server.resume();
	}

	@Override
	public Duration sessionTime() {
		return SETTINGS.sessionTimeout();
	}

	@Override
	public Faults faults(Network network) {
		return new ProxyFaults(proxy(network));
	}

	@Override
	public void close() {
		Stream.of(this.producer, this.reader, this.admin).forEach((client) -> {
			try {
				client.close();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
		this.proxies.values().forEach(TcpProxy::close);
		this.server.close();
		Folders.deleteQuietly(this.folder);
	}

	/** Connects to bootstrap servers. */
	public static final class Connector implements BackendConnector {

		@Override
		public StreamBackend connect(String address) {
			return newBackend(address, SETTINGS);
		}

	}

}
