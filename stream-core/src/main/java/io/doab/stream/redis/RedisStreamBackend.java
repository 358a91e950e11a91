package io.doab.stream.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.doab.stream.Position;
import io.doab.stream.PublisherSettings;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.FatalStreamException;
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
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.StreamRecord;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The backend over Redis Streams.
 */
public final class RedisStreamBackend implements StreamBackend {

	/** They are one commit, which holds up the server for others. */
	private static final int SUITED_IN_FLIGHT = 2_000;

	private final RedisClients clients;

	private final RedisSettings settings;

	private final RedisNodes nodes;

	/** Renews leases in time, so nothing on it may wait. */
	private final ScheduledExecutorService timer = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("doab-redis-time").daemon(true).factory());

	private final RedisTrimmer trimmer;

	private RedisStreamBackend(RedisClients clients, RedisSettings settings) {
		this.clients = clients;
		this.settings = settings;
		this.nodes = this.clients.connect();
		this.trimmer = new RedisTrimmer(this.nodes, settings.trimInterval());
		long period = settings.trimInterval().toMillis();
		var _ = this.timer.scheduleWithFixedDelay(() -> Thread.startVirtualThread(this.trimmer::trim), period, period,
				TimeUnit.MILLISECONDS);
	}

	/**
	 * Creates the backend. Does not connect yet.
	 * @param application the factory that says which server, with which credentials; it
	 * stays the application's own
	 */
	public static StreamBackend create(LettuceConnectionFactory application, RedisSettings settings) {
		return new RedisStreamBackend(new RedisClients(application, settings), settings);
	}

	@Override
	public String name() {
		return "redis";
	}

	@Override
	public Capabilities capabilities() {
		return new Capabilities(this.settings.maxEventBytes(), false, SUITED_IN_FLIGHT,
				RedisGuarantees.of(this.nodes.isCluster()), new Capabilities.Queues(true, false, true));
	}

	@Override
	public void declare(Collection<StreamDefinition> streams) {
		RedisSession session = this.nodes.session(RedisKeys.STREAMS);
		repartitioning().requireOpen(streams.stream().map(StreamDefinition::name).toList());
		for (StreamDefinition stream : streams) {
			byte[] wanted = RedisLink.bytes(stream.partitions());
			session.await("declare stream " + stream.name(),
					session.commands().hsetnx(RedisKeys.STREAMS, stream.name(), wanted));
			byte[] present = session.await("declare stream " + stream.name(),
					session.commands().hget(RedisKeys.STREAMS, stream.name()));
			int partitions = Integer.parseInt(new String(present, StandardCharsets.US_ASCII));
			if (partitions != stream.partitions()) {
				throw new FatalStreamException("Stream '" + stream.name() + "' has " + partitions
						+ " partitions in Redis and " + stream.partitions()
						+ " in this application: keys would change their partition. Set doab.streams[" + stream.name()
						+ "].partitions=" + partitions, null);
			}
			this.trimmer.add(List.of(stream));
		}
	}

	@Override
	public CompletableFuture<Position> append(Append append) {
		RedisSession session;
		try {
			session = this.nodes.session(RedisKeys.stream(append.target()));
		}
		catch (StreamException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return session.commands()
			.xadd(RedisKeys.stream(append.target()), RedisEntries.fields(append.event()))
			.toCompletableFuture()
			.handle((id, failure) -> {
				if (failure == null) {
					return Position.parse(id);
				}
				// Not tried again here, whatever it is: a later event could be stored
				// before.
				throw failed(session, "append to " + append.target(), failure);
			});
	}

	@Override
	public Appender appender(PublisherSettings publisher) {
		return RedisAppenders.of(this.nodes, this.settings, publisher, this.timer);
	}

	@Override
	public List<StreamRecord> read(StreamPartition partition, @Nullable Position after, int limit) {
		RedisSession session = this.nodes.session(RedisKeys.stream(partition));
		Range<String> range = (after != null)
				? Range.from(Range.Boundary.excluding(after.toString()), Range.Boundary.unbounded())
				: Range.unbounded();
		List<StreamMessage<String, byte[]>> entries = session.await("read " + partition,
				session.commands().xrange(RedisKeys.stream(partition), range, Limit.create(0, limit)));
		return entries.stream().map(RedisEntries::record).toList();
	}

	@Override
	public LogReader reader() {
		return new RedisLogReader(this.nodes, this.clients, this.settings);
	}

	@Override
	public void remove(StreamPartition partition, Collection<Position> positions) {
		RedisSession session = this.nodes.session(RedisKeys.stream(partition));
		session.await("remove events of " + partition, session.commands()
			.xdel(RedisKeys.stream(partition), positions.stream().map(Position::toString).toArray(String[]::new)));
	}

	@Override
	public GroupMember join(GroupSpec group, OwnershipListener listener) {
		return new RedisGroupMember(this.clients.connectForMember(), group, listener, this.settings, this.timer);
	}

	@Override
	public Map<StreamPartition, Long> lag(String group, Collection<StreamPartition> partitions) {
		Map<StreamPartition, Long> lags = new LinkedHashMap<>();
		for (StreamPartition partition : partitions) {
			RedisSession session = this.nodes.session(RedisKeys.stream(partition));
			lags.put(partition, RedisBacklog.of(session, group, partition).lag().events());
		}
		return lags;
	}

	@Override
	public BackendAdmin admin() {
		return new RedisAdmin(this.nodes);
	}

	@Override
	public RedisRepartitioning repartitioning() {
		return new RedisRepartitioning(this.nodes);
	}

	@Override
	public List<GroupLoss> losses() {
		return this.trimmer.losses();
	}

	@Override
	public QueueMember joinQueue(QueueSpec queue) {
		return new RedisQueueMember(this.clients.connectForMember(), queue, this.settings, this.timer);
	}

	@Override
	public Map<StreamPartition, Long> queueLag(String queue, Collection<StreamPartition> partitions) {
		Map<StreamPartition, Long> lags = new LinkedHashMap<>();
		for (StreamPartition partition : partitions) {
			RedisQueueLag.of(this.nodes.session(RedisKeys.stream(partition)), queue, partition)
				.ifPresent((lag) -> lags.put(partition, lag));
		}
		return lags;
	}

	@Override
	public IdempotencyWindow idempotencyWindow() {
		return this::claim;
	}

	private CompletableFuture<String> claim(String key, String fingerprint, Duration window) {
		RedisSession session;
		try {
			session = this.nodes.session(RedisKeys.idempotency(key));
		}
		catch (StreamException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return session
			.<byte[]>run(RedisScript.CLAIM, ScriptOutputType.VALUE, new String[] { RedisKeys.idempotency(key) },
					RedisLink.bytes(fingerprint), RedisLink.bytes(window.toMillis()))
			.handle((holder, failure) -> {
				if (failure == null) {
					return new String(holder, StandardCharsets.UTF_8);
				}
				throw failed(session, "claim an idempotency key", failure);
			});
	}

	private static StreamException failed(RedisSession session, String operation, Throwable failure) {
		session.failed(failure);
		return RedisFailures.translate(operation, failure);
	}

	@Override
	public BackendStatus status() {
		try {
			Map<String, String> details = new LinkedHashMap<>();
			List<String> warnings = new ArrayList<>();
			boolean master = true;
			int replicas = 0;
			List<RedisSession> sessions = this.nodes.masters();
			Map<String, String> topology = this.nodes.topology();
			for (RedisSession session : sessions) {
				String info = session.await("describe the server", session.commands().info());
				details.put("version", find("redis_version", info));
				details.put("role", find("role", info));
				details.put("usedMemory", find("used_memory_human", info));
				if (!find("role", info).equals("master")) {
					master = false;
					session.close();
				}
				warnings.addAll(warnings(info));
				// A provider may hide it.
				String followers = find("connected_slaves", info);
				replicas += followers.isEmpty() ? 0 : Integer.parseInt(followers);
				if (followers.equals("0") && !topology.isEmpty()) {
					warnings.add("No replica follows the Redis on port " + find("tcp_port", info)
							+ ": when it is lost, nothing takes its place");
				}
			}
			details.putAll(topology);
			details.put("replicas", String.valueOf(replicas));
			losses().forEach((loss) -> warnings.add(loss.warning()));
			return new BackendStatus(master, details, warnings.stream().distinct().toList());
		}
		catch (StreamException ex) {
			Map<String, String> details = new LinkedHashMap<>(this.nodes.topology());
			details.put("reason", String.valueOf(ex.getMessage()));
			return new BackendStatus(false, details, List.of());
		}
	}

	private static List<String> warnings(String info) {
		List<String> warnings = new ArrayList<>();
		String policy = find("maxmemory_policy", info);
		if (!policy.equals("noeviction")) {
			warnings.add("maxmemory-policy is " + policy
					+ ": Redis may drop streams and checkpoints when memory is full. Set it to noeviction");
		}
		if (find("aof_enabled", info).equals("0")) {
			warnings.add("appendonly is off: a restart loses what came after the last snapshot. Set appendonly yes");
		}
		String[] version = find("redis_version", info).split("\\.", -1);
		if (version.length > 1 && Integer.parseInt(version[0]) * 100 + Integer.parseInt(version[1]) < 602) {
			warnings.add("Redis " + find("redis_version", info) + " is older than 6.2, the oldest that is supported");
		}
		return warnings;
	}

	private static String find(String field, String info) {
		Matcher matcher = Pattern.compile("^" + field + ":(\\S*)", Pattern.MULTILINE).matcher(info);
		return matcher.find() ? matcher.group(1) : "";
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
		this.nodes.close();
		this.clients.close();
	}

}
