package io.doab.stream.redis;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.doab.stream.error.RetriableException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import io.lettuce.core.sentinel.api.sync.RedisSentinelCommands;

import org.jspecify.annotations.Nullable;

/**
 * Asks one Sentinel, over a connection that is made when it is needed. For one thread at
 * a time.
 */
final class SentinelLink {

	private final RedisAddress address;

	private final String master;

	private final Function<RedisAddress, RedisClient> clients;

	/** Belongs to the question under way. */
	private volatile @Nullable StatefulRedisSentinelConnection<String, String> connection;

	private CompletableFuture<SentinelView> asked = CompletableFuture.failedFuture(new IllegalStateException());

	SentinelLink(RedisAddress address, String master, Function<RedisAddress, RedisClient> clients) {
		this.address = address;
		this.master = master;
		this.clients = clients;
	}

	/**
	 * What it says, in time. While it does not answer, this is the answer to the question
	 * that is under way.
	 */
	CompletableFuture<SentinelView> ask() {
		if (this.asked.isDone()) {
			CompletableFuture<SentinelView> answer = new CompletableFuture<>();
			this.asked = answer;
			Thread.ofVirtual().name("doab-redis-sentinel").start(() -> {
				try {
					answer.complete(look());
				}
				catch (RuntimeException ex) {
					close();
					answer.completeExceptionally(ex);
				}
			});
		}
		return this.asked;
	}

	/** One that fails over says the new address before it calls it its master. */
	private SentinelView look() {
		RedisSentinelCommands<String, String> commands = connected().sync();
		Map<String, String> known = commands.master(this.master);
		if (!(commands.getMasterAddrByName(this.master) instanceof InetSocketAddress found)) {
			throw new RetriableException("Sentinel " + this.address + " does not say where " + this.master + " is",
					null);
		}
		return new SentinelView(new RedisAddress(found.getHostString(), found.getPort()),
				Long.parseLong(known.getOrDefault("config-epoch", "0")));
	}

	private StatefulRedisSentinelConnection<String, String> connected() {
		StatefulRedisSentinelConnection<String, String> present = this.connection;
		if (present == null || !present.isOpen()) {
			present = this.clients.apply(this.address).connectSentinel(StringCodec.UTF8);
			this.connection = present;
		}
		return present;
	}

	void close() {
		StatefulRedisSentinelConnection<String, String> present = this.connection;
		if (present != null) {
			var _ = present.closeAsync();
		}
	}

	@Override
	public String toString() {
		return this.address.toString();
	}

}
