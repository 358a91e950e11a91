package io.doab.stream.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The masters of a Redis Cluster, each over connections to that server alone: so that
 * what holds for a single server (a lost connection stays lost, another run of the server
 * is noticed, nothing is sent twice behind the back of who sent it) holds for each of
 * them.
 *
 * <p>
 * Which has which slot is asked when a key is first looked for, and again when a server
 * cannot be reached or says that a slot is another's. A redirection is not followed: it
 * is a refusal, and whoever gets it looks for the key anew.
 */
final class RedisCluster implements RedisNodes {

	private static final Logger logger = LoggerFactory.getLogger(RedisCluster.class);

	private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

	private final RedisClients clients;

	private final RedisSettings settings;

	private final List<RedisAddress> seeds;

	private final @Nullable Duration patience;

	private final Map<RedisAddress, RedisLink> links = new ConcurrentHashMap<>();

	private final ReentrantLock asking = new ReentrantLock();

	/** The master of each slot; null where nobody is known. */
	private volatile @Nullable RedisAddress[] masters = new RedisAddress[0];

	private volatile boolean outdated = true;

	private volatile long askedNanos = System.nanoTime() - ASK_AGAIN_NANOS;

	/** Who told the present masters. Guarded by {@link #asking}. */
	private @Nullable RedisAddress lastAsked;

	private volatile boolean closed;

	/**
	 * Creates the view of a cluster. Does not connect yet.
	 * @param patience how long one server that does not answer may keep its caller from
	 * the others, or null to wait for it
	 */
	RedisCluster(RedisClients clients, List<RedisAddress> seeds, @Nullable Duration patience, RedisSettings settings) {
		this.clients = clients;
		this.seeds = List.copyOf(seeds);
		this.patience = patience;
		this.settings = settings;
	}

	@Override
	public RedisSession session(String key) {
		if (this.outdated) {
			ask();
		}
		RedisAddress master = masterOf(key);
		if (master == null) {
			this.outdated = true;
			throw (this.masters.length > 0) ? new RetriableException("No server of the Redis Cluster has slot "
					+ SlotHash.getSlot(key) + ", which key " + key + " belongs to", null) : noneAnswers();
		}
		try {
			return (this.patience != null) ? link(master).sessionWithin(this.patience) : link(master).session();
		}
		catch (RetriableException ex) {
			this.outdated = true;
			throw ex;
		}
	}

	@Override
	public @Nullable RedisSession current(String key) {
		RedisAddress master = masterOf(key);
		RedisLink link = (master != null) ? this.links.get(master) : null;
		return (link != null) ? link.current() : null;
	}

	private @Nullable RedisAddress masterOf(String key) {
		@Nullable RedisAddress[] known = this.masters;
		return (known.length > 0) ? known[SlotHash.getSlot(key)] : null;
	}

	@Override
	public List<RedisSession> masters() {
		if (this.outdated) {
			ask();
		}
		List<RedisSession> sessions = new ArrayList<>();
		for (RedisAddress master : Set.copyOf(Arrays.stream(this.masters).filter(Objects::nonNull).toList())) {
			try {
				sessions.add(link(master).session());
			}
			catch (RetriableException ex) {
				this.outdated = true;
				throw ex;
			}
		}
		if (sessions.isEmpty()) {
			throw noneAnswers();
		}
		long unserved = SlotHash.SLOT_COUNT - served();
		if (unserved > 0) {
			this.outdated = true;
			throw new RetriableException(
					unserved + " of " + SlotHash.SLOT_COUNT
							+ " slots of the Redis Cluster have no server: nothing can be stored in their partitions",
					null);
		}
		return sessions;
	}

	private RetriableException noneAnswers() {
		return new RetriableException("No server of the Redis Cluster at " + this.seeds + " answers", null);
	}

	@Override
	public Map<String, String> topology() {
		long servers = Arrays.stream(this.masters).filter(Objects::nonNull).distinct().count();
		return Map.of("cluster", servers + " masters with " + served() + " of " + SlotHash.SLOT_COUNT + " slots");
	}

	private long served() {
		return Arrays.stream(this.masters).filter(Objects::nonNull).count();
	}

	@Override
	public boolean isCluster() {
		return true;
	}

	@Override
	public void close() {
		this.closed = true;
		this.links.values().forEach(RedisLink::close);
	}

	private RedisLink link(RedisAddress address) {
		RedisLink link = this.links.computeIfAbsent(address,
				(key) -> new RedisLink(this.clients.of(key), this.settings, () -> this.outdated = true));
		if (this.closed) {
			link.close();
		}
		return link;
	}

	/** Asks the servers, those that are connected first, until one answers. */
	private void ask() {
		this.asking.lock();
		try {
			if (!this.outdated || System.nanoTime() - this.askedNanos < ASK_AGAIN_NANOS) {
				return;
			}
			this.askedNanos = System.nanoTime();
			for (RedisAddress address : candidates()) {
				try {
					this.masters = slots(address, slotsFrom(address));
					this.lastAsked = address;
					this.outdated = false;
					return;
				}
				catch (StreamException ex) {
					logger.debug("{} does not tell the slots of the cluster", address, ex);
				}
			}
		}
		finally {
			this.asking.unlock();
		}
	}

	/** From any server of the cluster: a replica knows them as well. */
	private List<Object> slotsFrom(RedisAddress address) {
		String operation = "ask " + address + " for the slots of the cluster";
		RedisLink link = this.links.get(address);
		RedisSession session = (link != null) ? link.current() : null;
		if (session != null) {
			return session.await(operation, session.commands().clusterSlots());
		}
		try (StatefulRedisConnection<String, byte[]> brief = this.clients.of(address).connect(TextKeyCodec.INSTANCE)) {
			return brief.sync().clusterSlots();
		}
		catch (RedisException ex) {
			throw RedisFailures.translate(operation, ex);
		}
	}

	/**
	 * Whoever was believed last comes last: one that the others have lost goes on telling
	 * what was true then.
	 */
	private Set<RedisAddress> candidates() {
		Set<RedisAddress> candidates = new LinkedHashSet<>();
		this.links.forEach((address, link) -> {
			if (link.current() != null) {
				candidates.add(address);
			}
		});
		candidates.addAll(this.seeds);
		candidates.addAll(this.links.keySet());
		RedisAddress believed = this.lastAsked;
		if (believed != null && candidates.remove(believed)) {
			candidates.add(believed);
		}
		return candidates;
	}

	/** From {@code CLUSTER SLOTS}: first slot, last slot, the master, then replicas. */
	private static @Nullable RedisAddress[] slots(RedisAddress asked, List<Object> reply) {
		@Nullable RedisAddress[] masters = new RedisAddress[SlotHash.SLOT_COUNT];
		for (Object range : reply) {
			List<?> words = (List<?>) range;
			List<?> master = (List<?>) words.get(2);
			// A server that does not know its own name leaves it out.
			Object host = master.getFirst();
			String name = (host instanceof byte[] bytes) ? RedisLink.text(bytes) : String.valueOf(host);
			RedisAddress address = new RedisAddress((host == null || name.isEmpty()) ? asked.host() : name,
					Math.toIntExact((Long) master.get(1)));
			Arrays.fill(masters, Math.toIntExact((Long) words.get(0)), Math.toIntExact((Long) words.get(1)) + 1,
					address);
		}
		return masters;
	}

}
