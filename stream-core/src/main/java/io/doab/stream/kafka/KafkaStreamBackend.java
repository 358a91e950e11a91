package io.doab.stream.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.doab.stream.Position;
import io.doab.stream.PublisherSettings;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.Appender;
import io.doab.stream.spi.BackendAdmin;
import io.doab.stream.spi.BackendStatus;
import io.doab.stream.spi.Capabilities;
import io.doab.stream.spi.GroupLoss;
import io.doab.stream.spi.GroupMember;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.IdempotencyWindow;
import io.doab.stream.spi.LogReader;
import io.doab.stream.spi.OwnershipListener;
import io.doab.stream.spi.QueueMember;
import io.doab.stream.spi.QueueSpec;
import io.doab.stream.spi.Repartitioning;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.StreamRecord;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

import org.jspecify.annotations.Nullable;

/**
 * The backend over Apache Kafka.
 */
public final class KafkaStreamBackend implements StreamBackend {

	/** Some tens of milliseconds of work, as long as a transaction takes. */
	private static final int SUITED_IN_FLIGHT = 10_000;

	private static final int STATUS_MILLIS = 3_000;

	/** Who sends for so long waits for a server, or for room in the producer's buffer. */
	private static final long BLOCKED_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** For so long others are not made to wait as well. */
	private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final KafkaClients clients;

	private final KafkaSettings settings;

	private final Admin admin;

	private final KafkaTopics topics;

	private final GroupProtocols protocols;

	private final Producer<byte[], byte[]> publisher;

	private final KafkaIdempotencyWindow idempotencyWindow;

	private final KafkaTrimmer trimmer;

	private final BrokerRetention brokerRetention;

	private final KafkaRemovals removals;

	private final RangeReader ranges;

	private final KafkaAdministration administration;

	/**
	 * The producer forgets what it knows of a topic when no server can be reached, and
	 * makes each caller wait for it anew.
	 */
	private volatile long sendableFrom = System.nanoTime();

	private final Set<Appender> appenders = ConcurrentHashMap.newKeySet();

	private final Set<StreamDefinition> trimmed = ConcurrentHashMap.newKeySet();

	private final ScheduledExecutorService timer = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("doab-kafka-trim").daemon(true).factory());

	private KafkaStreamBackend(KafkaClients clients) {
		this.clients = clients;
		this.settings = clients.settings();
		this.admin = clients.admin();
		this.topics = new KafkaTopics(this.admin, this.settings);
		this.protocols = new GroupProtocols(this.admin, this.settings);
		this.publisher = clients.publisher();
		this.idempotencyWindow = new KafkaIdempotencyWindow(clients, this.topics, this.publisher);
		this.trimmer = new KafkaTrimmer(this.admin, new ChangelogReader(clients, this.admin), new KafkaLimits(clients));
		this.brokerRetention = new BrokerRetention(this.admin, this.settings);
		this.removals = new KafkaRemovals(clients, this.topics, this.admin, this.publisher);
		this.ranges = new RangeReader(clients, this.removals);
		this.administration = new KafkaAdministration(clients, this.admin, this.topics, this.removals, this.publisher);
		long period = this.settings.trimInterval().toMillis();
		var _ = this.timer.scheduleWithFixedDelay(this::trim, period, period, TimeUnit.MILLISECONDS);
	}

	/**
	 * Creates the backend. Does not wait for a broker.
	 * @param consumer configuration of the application's consumers: servers, security,
	 * tuning
	 * @param producer configuration of the application's producers
	 * @param admin configuration of the application's admin client
	 */
	public static StreamBackend create(Map<String, Object> consumer, Map<String, Object> producer,
			Map<String, Object> admin, KafkaSettings settings) {
		return new KafkaStreamBackend(new KafkaClients(consumer, producer, admin, settings));
	}

	@Override
	public String name() {
		return "kafka";
	}

	@Override
	public Capabilities capabilities() {
		return new Capabilities(this.settings.maxEventBytes(), true, SUITED_IN_FLIGHT, KafkaGuarantees.all(),
				new Capabilities.Queues(true, false, false));
	}

	private void trim() {
		this.trimmer.trim(this.trimmed);
		this.brokerRetention.examine(names(this.trimmed));
	}

	private static List<String> names(Collection<StreamDefinition> streams) {
		return streams.stream().map(StreamDefinition::name).toList();
	}

	@Override
	public void declare(Collection<StreamDefinition> streams) {
		this.topics.declare(streams);
		this.brokerRetention.examine(names(streams.stream().filter(this.trimmed::add).toList()));
	}

	@Override
	public CompletableFuture<Position> append(Append append) {
		CompletableFuture<Position> stored = new CompletableFuture<>();
		long began = System.nanoTime();
		if (began - this.sendableFrom < 0) {
			return CompletableFuture.failedFuture(new RetriableException(
					"Kafka does not answer: append to " + append.target() + "; the next attempt follows shortly",
					null));
		}
		try {
			var _ = this.publisher.send(RecordWriter.writeOne(append), (metadata, failure) -> {
				if (failure == null) {
					stored.complete(Position.ofOffset(metadata.offset()));
				}
				else {
					stored.completeExceptionally(KafkaFailures.translate("append to " + append.target(), failure));
				}
			});
		}
		catch (KafkaException ex) {
			stored.completeExceptionally(KafkaFailures.translate("append to " + append.target(), ex));
		}
		long now = System.nanoTime();
		// One that only took long has been sent: a server answers.
		if (now - began > BLOCKED_NANOS && stored.isCompletedExceptionally()) {
			this.sendableFrom = now + PAUSE_NANOS;
		}
		return stored;
	}

	@Override
	public Appender appender(PublisherSettings publisher) {
		KafkaAppender appender = new KafkaAppender(this.clients, publisher);
		this.appenders.add(appender);
		return appender;
	}

	@Override
	public List<StreamRecord> read(StreamPartition partition, @Nullable Position after, int limit) {
		return this.ranges.read(new TopicPartition(partition.stream(), partition.partition()), after, limit);
	}

	@Override
	public LogReader reader() {
		return new KafkaLogReader(this.clients, this.admin, this.removals);
	}

	@Override
	public void remove(StreamPartition partition, Collection<Position> positions) {
		this.removals.add(new TopicPartition(partition.stream(), partition.partition()), positions);
	}

	@Override
	public GroupMember join(GroupSpec group, OwnershipListener listener) {
		return new KafkaGroupMember(group, listener, this.clients,
				new KafkaGroupStore(group, this.clients, this.admin, this.topics), this.protocols);
	}

	@Override
	public Map<StreamPartition, Long> lag(String group, Collection<StreamPartition> partitions) {
		return new KafkaLag(this.admin, this.settings).of(group, partitions);
	}

	@Override
	public BackendAdmin admin() {
		return this.administration;
	}

	@Override
	public Repartitioning repartitioning() {
		return new KafkaRepartitioning(this.clients, this.admin, this.topics);
	}

	@Override
	public List<GroupLoss> losses() {
		return this.trimmer.losses();
	}

	@Override
	public QueueMember joinQueue(QueueSpec queue) {
		return new KafkaQueueMember(queue, this.clients, new ShareGroups(this.admin, this.settings), this::append);
	}

	@Override
	public Map<StreamPartition, Long> queueLag(String queue, Collection<StreamPartition> partitions) {
		return new KafkaQueueLag(this.admin, this.settings).of(queue, partitions);
	}

	@Override
	public IdempotencyWindow idempotencyWindow() {
		return this.idempotencyWindow;
	}

	@Override
	public BackendStatus status() {
		try {
			DescribeClusterResult cluster = this.admin
				.describeCluster(new DescribeClusterOptions().timeoutMs(STATUS_MILLIS));
			int nodes = KafkaFailures.await("describe the cluster", cluster.nodes(), 2 * STATUS_MILLIS / 1_000).size();
			String id = KafkaFailures.await("describe the cluster", cluster.clusterId(), 2 * STATUS_MILLIS / 1_000);
			List<String> warnings = new ArrayList<>(this.trimmer.warnings());
			losses().forEach((loss) -> warnings.add(loss.warning()));
			warnings.addAll(this.brokerRetention.warnings());
			warnings.addAll(new KafkaReplication(this.admin, STATUS_MILLIS).warnings(names(this.trimmed)));
			return new BackendStatus(true, Map.of("clusterId", String.valueOf(id), "nodes", String.valueOf(nodes)),
					warnings);
		}
		catch (StreamException ex) {
			return new BackendStatus(false, Map.of("reason", String.valueOf(ex.getMessage())), List.of());
		}
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
		this.idempotencyWindow.close();
		this.appenders.forEach(Appender::close);
		// A broker that is away answers nothing: without a limit this could wait for
		// ever.
		this.publisher.close(this.settings.requestTimeout());
		this.admin.close(this.settings.requestTimeout());
	}

}
