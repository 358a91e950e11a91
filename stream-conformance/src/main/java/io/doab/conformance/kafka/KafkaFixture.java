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
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.doab.servers.BreakableServer;
import io.doab.servers.Folders;
import io.doab.servers.KafkaClusterServers;
import io.doab.servers.KafkaServer;
import io.doab.servers.Ports;
import io.doab.servers.TcpProxy;
import io.doab.conformance.BackendConnector;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.FaultsOfAll;
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
import org.apache.kafka.clients.admin.RecordsToDelete;
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
 * A Kafka broker, or three of them, with three listeners each: one for the test itself,
 * two behind proxies. Of three, which are child processes in either mode of fixtures, one
 * is broken at a time, another one each time.
 *
 * <p>
 * It cannot be filled up, for a broker whose disk is full ends itself; nor do brokers
 * fail over to one that lacks what was stored.
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

	/** One before each broker. */
	private final Map<Network, List<TcpProxy>> proxies;

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
		this(1, configuration);
	}

	/**
	 * Starts three brokers: topics have three replicas, two of which have to be there.
	 */
	public static KafkaFixture replicated() {
		return new KafkaFixture(3, Map.of());
	}

	private KafkaFixture(int brokers, Map<String, String> configuration) {
		Map<String, String> all = new HashMap<>(SESSIONS);
		all.putAll(configuration);
		try {
			this.folder = Files.createTempDirectory("doab-kafka");
			List<BrokerPorts> ports = Stream.generate(BrokerPorts::free).limit(brokers).toList();
			this.proxies = Map.of(Network.ONE, proxies(ports, BrokerPorts::one), Network.OTHER,
					proxies(ports, BrokerPorts::other));
			this.bootstrapServers = localhost(ports.stream().map(BrokerPorts::direct));
			this.server = start(listeners(ports), all);
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

	/** The listener of the test itself, past the networks that can be broken. */
	public String bootstrapServers() {
		return this.bootstrapServers;
	}

	/** The listeners of one broker. */
	private record BrokerPorts(int direct, int one, int other) {

		private static BrokerPorts free() {
			return new BrokerPorts(Ports.free(), Ports.free(), Ports.free());
		}

	}

	private static List<TcpProxy> proxies(List<BrokerPorts> brokers, ToIntFunction<BrokerPorts> listener) {
		return brokers.stream().map((ports) -> TcpProxy.start(0, listener.applyAsInt(ports))).toList();
	}

	private List<List<KafkaServer.Listener>> listeners(List<BrokerPorts> brokers) {
		return IntStream.range(0, brokers.size()).mapToObj((i) -> {
			BrokerPorts ports = brokers.get(i);
			return List.of(new KafkaServer.Listener(ports.direct(), ports.direct()),
					new KafkaServer.Listener(ports.one(), ways(Network.ONE).get(i).port()),
					new KafkaServer.Listener(ports.other(), ways(Network.OTHER).get(i).port()));
		}).toList();
	}

	private static String localhost(Stream<Integer> ports) {
		return ports.map((port) -> "localhost:" + port).collect(Collectors.joining(","));
	}

	private List<TcpProxy> ways(Network network) {
		return Objects.requireNonNull(this.proxies.get(network));
	}

	/** The proxy before the only broker, or the first. */
	public TcpProxy proxy(Network network) {
		return ways(network).getFirst();
	}

	private BreakableServer start(List<List<KafkaServer.Listener>> listeners, Map<String, String> configuration) {
		if (listeners.size() > 1) {
			return new BrokersInTurn(KafkaClusterServers.start(listeners, this.folder, configuration));
		}
		return switch (FixtureMode.current()) {
			case EMBEDDED -> KafkaServer.start(listeners.getFirst(), this.folder, configuration);
			case CONTAINERS -> container(listeners.getFirst(), configuration);
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
		return localhost(ways(network).stream().map(TcpProxy::port));
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
	public StreamBackend newTrimmingBackend(Duration interval) {
		return newBackend(Network.ONE, SETTINGS.withTrimInterval(interval));
	}

	@Override
	public void removeFirst(String stream, int partition, int count) {
		try {
			TopicPartition topic = new TopicPartition(stream, partition);
			long begin = this.admin.listOffsets(Map.of(topic, OffsetSpec.earliest()))
				.partitionResult(topic)
				.get()
				.offset();
			this.admin.deleteRecords(Map.of(topic, RecordsToDelete.beforeOffset(begin + count))).all().get();
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
		killServer();
		startServer();
	}

	/** The first half of {@link #restartServer()}. */
	public void killServer() {
		this.server.kill();
	}

	/** The second half. */
	public void startServer() {
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
		return FaultsOfAll.of(ways(network));
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
		this.proxies.values().forEach((ways) -> ways.forEach(TcpProxy::close));
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
