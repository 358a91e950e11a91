package io.doab.stream.redis;

import java.util.List;
import java.util.Map;

import io.doab.stream.error.RetriableException;

import org.jspecify.annotations.Nullable;

/**
 * The one server that has all keys, as the Sentinels name it. When they name another,
 * connections to the former one end, whether it is well or not.
 */
final class SentinelRedis implements RedisNodes {

	private final RedisClients clients;

	private final SentinelWatch sentinels;

	private final RedisSettings settings;

	private volatile @Nullable Master master;

	private final Runnable whenMoved = this::leaveFormer;

	private volatile boolean closed;

	SentinelRedis(RedisClients clients, SentinelWatch sentinels, RedisSettings settings) {
		this.clients = clients;
		this.sentinels = sentinels;
		this.settings = settings;
		sentinels.listen(this.whenMoved);
	}

	@Override
	public RedisSession session(String key) {
		return session();
	}

	private RedisSession session() {
		RedisLink link = link(this.sentinels.master());
		try {
			return link.session();
		}
		catch (RetriableException ex) {
			this.sentinels.doubt();
			throw ex;
		}
	}

	@Override
	public @Nullable RedisSession current(String key) {
		Master present = this.master;
		return (present != null && present.address.equals(this.sentinels.known())) ? present.link.current() : null;
	}

	@Override
	public List<RedisSession> masters() {
		return List.of(session());
	}

	@Override
	public boolean isCluster() {
		return false;
	}

	@Override
	public Map<String, String> topology() {
		return Map.of("sentinel", this.sentinels.description());
	}

	/** What waits there would go on waiting, and what is sent there is lost. */
	private synchronized void leaveFormer() {
		Master present = this.master;
		if (present != null && !present.address.equals(this.sentinels.known())) {
			present.link.close();
		}
	}

	private synchronized RedisLink link(RedisAddress address) {
		Master present = this.master;
		if (present == null || !present.address.equals(address)) {
			if (present != null) {
				present.link.close();
			}
			present = new Master(address, new RedisLink(this.clients.of(address), this.settings, () -> {
			}));
			this.master = present;
		}
		if (this.closed) {
			present.link.close();
		}
		return present.link;
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		this.sentinels.forget(this.whenMoved);
		Master present = this.master;
		if (present != null) {
			present.link.close();
		}
	}

	private record Master(RedisAddress address, RedisLink link) {

	}

}
