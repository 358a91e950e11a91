package io.doab.stream.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.doab.stream.Acknowledgement;
import io.doab.stream.PublisherSettings;
import io.doab.stream.spi.GroupSpec;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's clients, configured as the application's own are, but for what the backend's
 * promises rest on.
 */
final class KafkaClients {

	/** What a consumer of the consumer protocol refuses to be told. */
	private static final Set<String> CLASSIC_ONLY = Set.of(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
			ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG);

	private static final Logger logger = LoggerFactory.getLogger(KafkaClients.class);

	/** What a consumer of a share group refuses to be told. */
	private static final Set<String> NOT_FOR_SHARE_GROUPS = Set.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
			ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
			ConsumerConfig.ISOLATION_LEVEL_CONFIG, ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
			ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
			ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, ConsumerConfig.GROUP_PROTOCOL_CONFIG,
			ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);

	/**
	 * How long a fetch waits at a broker for inputs that have nothing. Another one that
	 * has room again is fetched only after that: half a second, by the client's default.
	 */
	private static final int MEMBER_FETCH_MILLIS = 100;

	/**
	 * A poll takes from what the consumer has fetched, and costs next to nothing. Where
	 * partitions are many, each would have so many more in flight than it is to have.
	 */
	private static final int MEMBER_POLL_EVENTS = 500;

	private static final int SHARE_FETCH_MILLIS = 100;

	private static final int RETRY_BACKOFF_MILLIS = 10;

	private static final int SCAN_WAIT_MILLIS = 5;

	/**
	 * Whoever publishes waits for the answer. What is published while requests are under
	 * way goes together all the same.
	 */
	private static final int DEFAULT_LINGER_MILLIS = 0;

	private final Map<String, Object> consumer;

	private final Map<String, Object> producer;

	private final Map<String, Object> admin;

	private final KafkaSettings settings;

	KafkaClients(Map<String, Object> consumer, Map<String, Object> producer, Map<String, Object> admin,
			KafkaSettings settings) {
		this.consumer = Map.copyOf(consumer);
		this.producer = Map.copyOf(producer);
		this.admin = Map.copyOf(admin);
		this.settings = settings;
	}

	KafkaSettings settings() {
		return this.settings;
	}

	/**
	 * A consumer that takes part in a group by the consumer protocol, in which sessions
	 * are the broker's and assignments too. Several inputs are assigned alike ("range"),
	 * for state is shared between partitions of one number. It reads from where it is
	 * told to; when there is nothing it fails.
	 */
	Consumer<byte[], byte[]> member(GroupSpec group, String clientId) {
		Map<String, Object> config = reading(group, clientId);
		config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.CONSUMER.name());
		config.put(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, (group.inputs().size() > 1) ? "range" : "uniform");
		config.keySet().removeAll(CLASSIC_ONLY);
		return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
	}

	/**
	 * The same by the classic protocol, in which all inputs are always assigned alike.
	 */
	Consumer<byte[], byte[]> classicMember(GroupSpec group, String clientId) {
		Map<String, Object> config = reading(group, clientId);
		config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.CLASSIC.name());
		config.remove(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);
		config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName());
		config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, millis(this.settings.sessionTimeout()));
		config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, millis(this.settings.sessionTimeout()) / 4);
		return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
	}

	private Map<String, Object> reading(GroupSpec group, String clientId) {
		Map<String, Object> config = reading();
		config.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
		config.put(ConsumerConfig.GROUP_ID_CONFIG, group.group());
		config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.min(group.maxFetchEvents(), MEMBER_POLL_EVENTS));
		config.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, MEMBER_FETCH_MILLIS);
		// A coordinator's answer that is lost would be waited for for half a minute.
		config.putIfAbsent(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(this.settings.requestTimeout()));
		config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
		return config;
	}

	/**
	 * A consumer of a share group, which takes so many records at once and no more, and
	 * acknowledges each.
	 */
	ShareConsumer<byte[], byte[]> shareConsumer(String queue, int maxRecords) {
		Map<String, Object> config = new HashMap<>(this.consumer);
		config.keySet().removeAll(NOT_FOR_SHARE_GROUPS);
		config.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId());
		config.put(ConsumerConfig.GROUP_ID_CONFIG, queue);
		config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxRecords);
		config.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
		// What the client has and the application has not been given could not be
		// renewed.
		config.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
		// Acknowledgements go with the next fetch, and are confirmed with its answer.
		config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, SHARE_FETCH_MILLIS);
		config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(this.settings.requestTimeout()));
		config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2 * millis(this.settings.requestTimeout()));
		return new KafkaShareConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
	}

	/** A consumer that reads what it is told to, and takes part in no group. */
	Consumer<byte[], byte[]> reader() {
		return reader(reading());
	}

	/**
	 * The same for what a log has: at its end it does not wait for more. A request that
	 * waits there for one partition holds up those for others of the same broker.
	 */
	Consumer<byte[], byte[]> scanner() {
		Map<String, Object> config = reading();
		config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
		config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, SCAN_WAIT_MILLIS);
		return reader(config);
	}

	/**
	 * Without a limit a consumer that is closed waits for the answer to its last fetch,
	 * for which the broker waits for more to come.
	 */
	static void closeAtOnce(Consumer<byte[], byte[]> consumer) {
		try {
			consumer.close(CloseOptions.timeout(Duration.ZERO));
		}
		catch (KafkaException ex) {
			logger.debug("A consumer was not closed in good order", ex);
		}
	}

	private static Consumer<byte[], byte[]> reader(Map<String, Object> config) {
		config.remove(ConsumerConfig.GROUP_ID_CONFIG);
		// What has no group has no use for what an application says of its groups.
		config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.CLASSIC.name());
		config.remove(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);
		config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
		return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
	}

	/**
	 * A producer for events outside of any group. Stores each once, however often it has
	 * to send it.
	 */
	Producer<byte[], byte[]> publisher() {
		Map<String, Object> config = writing();
		config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(this.settings.requestTimeout()));
		config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(this.settings.requestTimeout()));
		config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * millis(this.settings.requestTimeout()));
		return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
	}

	/**
	 * A producer that waits for what a publisher wants to know. An idempotent one sends
	 * again by itself; another one never does, for that could store an event twice.
	 */
	Producer<byte[], byte[]> publisher(PublisherSettings publisher) {
		Map<String, Object> config = writing();
		boolean idempotent = publisher.idempotent() && publisher.acknowledgement() != Acknowledgement.NONE;
		if (!idempotent) {
			config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
			config.put(ProducerConfig.RETRIES_CONFIG, 0);
			config.put(ProducerConfig.ACKS_CONFIG, switch (publisher.acknowledgement()) {
				case NONE -> "0";
				case LEADER -> "1";
				case ALL -> "all";
			});
		}
		int timeout = millis(publisher.timeout());
		int linger = Math.min(linger(), timeout / 2);
		config.put(ProducerConfig.LINGER_MS_CONFIG, linger);
		config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeout);
		config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
				Math.min(millis(this.settings.requestTimeout()), timeout - linger));
		config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.min(millis(this.settings.requestTimeout()), timeout));
		return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
	}

	/** As the application says; none, else. */
	private int linger() {
		Object value = this.producer.get(ProducerConfig.LINGER_MS_CONFIG);
		return (value != null) ? Integer.parseInt(value.toString()) : DEFAULT_LINGER_MILLIS;
	}

	/** A producer for the transactions of one member. */
	Producer<byte[], byte[]> transactional(String transactionalId) {
		Map<String, Object> config = writing();
		config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
		// A transaction begins while the marks of the one before are written: the broker
		// says so, and is asked again.
		config.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_BACKOFF_MILLIS);
		config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, millis(this.settings.transactionTimeout()));
		config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(this.settings.transactionTimeout()));
		config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(this.settings.transactionTimeout()));
		config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(this.settings.requestTimeout()));
		return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
	}

	Admin admin() {
		Map<String, Object> config = new HashMap<>(this.admin);
		config.put("request.timeout.ms", millis(this.settings.requestTimeout()));
		config.put("default.api.timeout.ms", 2 * millis(this.settings.requestTimeout()));
		return Admin.create(config);
	}

	private Map<String, Object> reading() {
		Map<String, Object> config = new HashMap<>(this.consumer);
		config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
		config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
		config.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId());
		config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
		return config;
	}

	private Map<String, Object> writing() {
		Map<String, Object> config = new HashMap<>(this.producer);
		config.put(ProducerConfig.ACKS_CONFIG, "all");
		config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
		config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, this.settings.maxMessageBytes());
		config.put(ProducerConfig.CLIENT_ID_CONFIG, clientId());
		return config;
	}

	private static String clientId() {
		return "doab-" + UUID.randomUUID();
	}

	private static int millis(Duration duration) {
		return Math.toIntExact(duration.toMillis());
	}

}
