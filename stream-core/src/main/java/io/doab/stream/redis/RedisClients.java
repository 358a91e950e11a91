package io.doab.stream.redis;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.event.DefaultEventPublisherOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;

/**
 * Clients of the backend's own, to the servers that the application's connection factory
 * is configured for: the same addresses, credentials, TLS and threads.
 *
 * <p>
 * They differ in one thing: a lost connection stays lost. A client that reconnects by
 * itself sends again what was under way, and a commit would be applied twice; and it
 * would not notice that it met another server. {@link RedisLink} connects anew, and
 * looks. For the same reason the servers of a cluster have a client each, and so has each
 * that Sentinel names.
 */
final class RedisClients implements AutoCloseable {

	/** On a connection that is made at all it takes a few milliseconds. */
	private static final Duration MOMENT = Duration.ofMillis(250);

	private final LettuceConnectionFactory application;

	private final RedisSettings settings;

	private final ClientResources resources;

	private final Map<RedisAddress, LettuceConnectionFactory> byAddress = new ConcurrentHashMap<>();

	/** For one server that is not found by Sentinel. */
	private final @Nullable LettuceConnectionFactory single;

	private final @Nullable SentinelWatch sentinels;

	private final AtomicBoolean closed = new AtomicBoolean();

	RedisClients(LettuceConnectionFactory application, RedisSettings settings) {
		this.application = application;
		this.settings = settings;
		Optional<ClientResources> given = application.getClientConfiguration().getClientResources();
		this.resources = given.map(RedisClients::gathering)
			.orElseGet(() -> DefaultClientResources.builder().nettyCustomizer(new Gathering(new NettyCustomizer() {
			})).build());
		RedisSentinelConfiguration sentinel = application.getSentinelConfiguration();
		this.sentinels = (sentinel != null) ? new SentinelWatch(nameOf(sentinel), addresses(sentinel.getSentinels()),
				(address) -> ofSentinel(address, sentinel), settings) : null;
		this.single = (sentinel == null && application.getClusterConfiguration() == null)
				? derive(serverOf(application), credentials()) : null;
	}

	/** The application's loops, threads and timer, for connections that gather. */
	private static ClientResources gathering(ClientResources application) {
		return application.mutate()
			.eventLoopGroupProvider(application.eventLoopGroupProvider())
			.eventExecutorGroup(application.eventExecutorGroup())
			.timer(application.timer())
			.commandLatencyRecorder(application.commandLatencyRecorder())
			// Its own ones tell them.
			.commandLatencyPublisherOptions(DefaultEventPublisherOptions.disabled())
			.nettyCustomizer(new Gathering(application.nettyCustomizer()))
			.build();
	}

	/** The servers, over connections that nobody else has. */
	RedisNodes connect() {
		return connect(null);
	}

	/**
	 * The servers, for one who looks after several of them: one that does not answer
	 * keeps it from the others for a moment only.
	 */
	RedisNodes connectForMember() {
		return connect(MOMENT);
	}

	private RedisNodes connect(@Nullable Duration patience) {
		if (this.sentinels != null) {
			return new SentinelRedis(this, this.sentinels, this.settings);
		}
		if (this.single != null) {
			return new SingleRedis((RedisClient) this.single.getRequiredNativeClient(), this.settings);
		}
		return new RedisCluster(this,
				addresses(Objects.requireNonNull(this.application.getClusterConfiguration()).getClusterNodes()),
				patience, this.settings);
	}

	private static String nameOf(RedisSentinelConfiguration sentinel) {
		return Objects.requireNonNull(sentinel.getRequiredMaster().getName());
	}

	private static List<RedisAddress> addresses(Collection<RedisNode> nodes) {
		return nodes.stream()
			.map((node) -> new RedisAddress(Objects.requireNonNull(node.getHost()),
					Objects.requireNonNull(node.getPort())))
			.toList();
	}

	/** The client for one server of several: of a cluster, or that Sentinel names. */
	RedisClient of(RedisAddress address) {
		return client(address, () -> {
			RedisStandaloneConfiguration server = new RedisStandaloneConfiguration(address.host(), address.port());
			RedisSentinelConfiguration sentinel = this.application.getSentinelConfiguration();
			if (sentinel != null) {
				server.setUsername(sentinel.getUsername());
				server.setPassword(sentinel.getPassword());
				server.setDatabase(sentinel.getDatabase());
			}
			else {
				RedisClusterConfiguration cluster = Objects.requireNonNull(this.application.getClusterConfiguration());
				server.setUsername(cluster.getUsername());
				server.setPassword(cluster.getPassword());
			}
			return derive(server, credentials());
		});
	}

	/** Sentinels have credentials of their own. */
	private RedisClient ofSentinel(RedisAddress address, RedisSentinelConfiguration sentinel) {
		return client(address, () -> {
			RedisStandaloneConfiguration server = new RedisStandaloneConfiguration(address.host(), address.port());
			server.setUsername(sentinel.getSentinelUsername());
			server.setPassword(sentinel.getSentinelPassword());
			return derive(server, credentials().map((factory) -> new RedisCredentialsProviderFactory() {
				@Override
				public RedisCredentialsProvider createCredentialsProvider(RedisConfiguration configuration) {
					return factory.createSentinelCredentialsProvider(sentinel);
				}
			}));
		});
	}

	private RedisClient client(RedisAddress address, Supplier<LettuceConnectionFactory> derived) {
		return (RedisClient) this.byAddress.computeIfAbsent(address, (key) -> derived.get()).getRequiredNativeClient();
	}

	private Optional<RedisCredentialsProviderFactory> credentials() {
		return this.application.getClientConfiguration().getRedisCredentialsProviderFactory();
	}

	private LettuceConnectionFactory derive(RedisConfiguration server,
			Optional<RedisCredentialsProviderFactory> credentials) {
		LettuceConnectionFactory own = new LettuceConnectionFactory(server, new OwnClientConfiguration(
				this.application.getClientConfiguration(), this.settings, this.resources, credentials));
		own.setShareNativeConnection(false);
		own.afterPropertiesSet();
		own.start();
		return own;
	}

	/** Closes them once: to close a client whose threads have ended would never end. */
	@Override
	public void close() {
		if (this.closed.getAndSet(true)) {
			return;
		}
		if (this.single != null) {
			this.single.destroy();
		}
		if (this.sentinels != null) {
			this.sentinels.close();
		}
		this.byAddress.values().forEach(LettuceConnectionFactory::destroy);
		// What of them is the application's goes on.
		var _ = this.resources.shutdown(0, 2, TimeUnit.SECONDS);
	}

	private static RedisConfiguration serverOf(LettuceConnectionFactory application) {
		if (application.getSocketConfiguration() != null) {
			return application.getSocketConfiguration();
		}
		return application.getStandaloneConfiguration();
	}

	/**
	 * Has connections write what is there to be written in one go: commands that several
	 * threads send at once, and those that follow upon the replies of one read.
	 */
	private record Gathering(NettyCustomizer application) implements NettyCustomizer {

		@Override
		public void afterBootstrapInitialized(Bootstrap bootstrap) {
			this.application.afterBootstrapInitialized(bootstrap);
		}

		@Override
		public void afterChannelInitialized(Channel channel) {
			this.application.afterChannelInitialized(channel);
			channel.pipeline()
				.addFirst(new FlushConsolidationHandler(FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES,
						true));
		}

	}

}
