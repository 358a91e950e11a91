package io.doab.stream.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.doab.stream.Position;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.BackendAdmin;
import io.doab.stream.spi.BackendStatus;
import io.doab.stream.spi.Capabilities;
import io.doab.stream.spi.GroupMember;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.IdempotencyWindow;
import io.doab.stream.spi.LogReader;
import io.doab.stream.spi.OwnershipListener;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.StreamRecord;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The backend over Redis Streams.
 */
public final class RedisStreamBackend implements StreamBackend {

	private static final Logger logger = LoggerFactory.getLogger(RedisStreamBackend.class);

	/** What {@code XTRIM} removes in a call, near enough: 100 nodes of 100 entries. */
	private static final long TRIMMED_AT_ONCE = 5_000;

	private final RedisClients clients;

	private final RedisSettings settings;

	private final RedisNodes nodes;

	/** Renews leases in time, so nothing on it may wait. */
	private final ScheduledExecutorService timer = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("doab-redis-time").daemon(true).factory());

	private final Set<StreamDefinition> trimmed = ConcurrentHashMap.newKeySet();

	private RedisStreamBackend(RedisClients clients, RedisSettings settings) {
		this.clients = clients;
		this.settings = settings;
		this.nodes = this.clients.connect();
		long period = settings.trimInterval().toMillis();
		var _ = this.timer.scheduleWithFixedDelay(() -> Thread.startVirtualThread(this::trim), period, period,
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
		return new Capabilities(this.settings.maxEventBytes(), false, true);
	}

	@Override
	public void declare(Collection<StreamDefinition> streams) {
		RedisSession session = this.nodes.session(RedisKeys.STREAMS);
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
			this.trimmed.add(stream);
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
			for (RedisSession session : this.nodes.masters()) {
				String info = session.await("describe the server", session.commands().info());
				details.put("version", find("redis_version", info));
				details.put("role", find("role", info));
				details.put("usedMemory", find("used_memory_human", info));
				if (!find("role", info).equals("master")) {
					master = false;
					session.close();
				}
				warnings.addAll(warnings(info));
			}
			return new BackendStatus(master, details, warnings.stream().distinct().toList());
		}
		catch (StreamException ex) {
			return new BackendStatus(false, Map.of("reason", String.valueOf(ex.getMessage())), List.of());
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

	/**
	 * Cuts the streams that this application declared to their retention. Every
	 * application does it; once suffices. One that cannot be cut keeps no other from it.
	 */
	private void trim() {
		this.trimmed.forEach((stream) -> {
			try {
				trimToRetention(stream);
			}
			catch (RetriableException ex) {
				logger.debug("Stream {} is cut to its retention later", stream.name(), ex);
			}
			catch (RuntimeException ex) {
				logger.warn("Stream {} could not be cut to its retention; it is tried again in {}: {}", stream.name(),
						this.settings.trimInterval(), ex.getMessage());
			}
		});
	}

	private void trimToRetention(StreamDefinition stream) {
		long oldest = Math.max(0, Instant.now().minus(stream.retention()).toEpochMilli());
		for (int partition = 0; partition < stream.partitions(); partition++) {
			String key = RedisKeys.stream(stream.name(), partition);
			RedisSession session = this.nodes.session(key);
			long all = 0;
			long removed;
			// A call removes so many at most, for none may keep the server long.
			do {
				removed = session.<Long>await("trim " + key, session.run(RedisScript.TRIM, ScriptOutputType.INTEGER,
						new String[] { key }, RedisLink.bytes(oldest + "-0")));
				all += removed;
			}
			while (removed >= TRIMMED_AT_ONCE);
			if (all > 0) {
				logger.debug("Trimmed {} entries older than {} from {}", all, stream.retention(), key);
			}
		}
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
		this.nodes.close();
		this.clients.close();
	}

}
