package io.doab.stream.redis;

import java.util.List;
import java.util.Map;

import io.lettuce.core.RedisClient;

import org.jspecify.annotations.Nullable;

/**
 * One server that has all keys, always at the same address.
 */
final class SingleRedis implements RedisNodes {

	private final RedisLink link;

	SingleRedis(RedisClient client, RedisSettings settings) {
		this.link = new RedisLink(client, settings, () -> {
		});
	}

	@Override
	public RedisSession session(String key) {
		return this.link.session();
	}

	@Override
	public @Nullable RedisSession current(String key) {
		return this.link.current();
	}

	@Override
	public List<RedisSession> masters() {
		return List.of(this.link.session());
	}

	@Override
	public boolean isCluster() {
		return false;
	}

	@Override
	public Map<String, String> topology() {
		return Map.of();
	}

	@Override
	public void close() {
		this.link.close();
	}

}
