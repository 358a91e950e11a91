package io.doab.stream.redis;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
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
 * looks. For the same reason the servers of a cluster have a client each.
 */
final class RedisClients implements AutoCloseable {

	/** On a connection that is made at all it takes a few milliseconds. */
	private static final Duration MOMENT = Duration.ofMillis(250);

	private final LettuceConnectionFactory application;

	private final RedisSettings settings;

	private final ClientResources resources;

	/** Whether the resources are the application's to end. */
	private final boolean shared;

	private final Map<RedisAddress, LettuceConnectionFactory> byAddress = new ConcurrentHashMap<>();

	private final @Nullable LettuceConnectionFactory single;

	private final AtomicBoolean closed = new AtomicBoolean();

	RedisClients(LettuceConnectionFactory application, RedisSettings settings) {
		this.application = application;
		this.settings = settings;
		Optional<ClientResources> given = application.getClientConfiguration().getClientResources();
		this.shared = given.isPresent();
		this.resources = given.orElseGet(DefaultClientResources::create);
		this.single = (application.getClusterConfiguration() != null) ? null : derive(serverOf(application));
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
		LettuceConnectionFactory one = this.single;
		if (one != null) {
			return new SingleRedis((RedisClient) one.getRequiredNativeClient(), this.settings);
		}
		return new RedisCluster(this,
				Objects.requireNonNull(this.application.getClusterConfiguration())
					.getClusterNodes()
					.stream()
					.map((node) -> new RedisAddress(Objects.requireNonNull(node.getHost()),
							Objects.requireNonNull(node.getPort())))
					.toList(),
				patience, this.settings);
	}

	/** The client for one server of a cluster. */
	RedisClient of(RedisAddress address) {
		return (RedisClient) this.byAddress.computeIfAbsent(address, (key) -> {
			RedisStandaloneConfiguration server = new RedisStandaloneConfiguration(key.host(), key.port());
			RedisClusterConfiguration cluster = Objects.requireNonNull(this.application.getClusterConfiguration());
			server.setUsername(cluster.getUsername());
			server.setPassword(cluster.getPassword());
			return derive(server);
		}).getRequiredNativeClient();
	}

	private LettuceConnectionFactory derive(RedisConfiguration server) {
		LettuceConnectionFactory own = new LettuceConnectionFactory(server,
				new OwnConfiguration(this.application.getClientConfiguration(), this.settings, this.resources));
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
		this.byAddress.values().forEach(LettuceConnectionFactory::destroy);
		if (!this.shared) {
			var _ = this.resources.shutdown(0, 2, TimeUnit.SECONDS);
		}
	}

	private static RedisConfiguration serverOf(LettuceConnectionFactory application) {
		if (application.getSentinelConfiguration() != null) {
			return application.getSentinelConfiguration();
		}
		if (application.getSocketConfiguration() != null) {
			return application.getSocketConfiguration();
		}
		return application.getStandaloneConfiguration();
	}

	private record OwnConfiguration(LettuceClientConfiguration application, RedisSettings settings,
			ClientResources resources) implements LettuceClientConfiguration {

		@Override
		public Optional<ClientOptions> getClientOptions() {
			ClientOptions.Builder options = this.application.getClientOptions()
				.map(ClientOptions::mutate)
				.orElseGet(ClientOptions::builder);
			return Optional.of(options.autoReconnect(false)
				.timeoutOptions(TimeoutOptions.enabled(this.settings.commandTimeout()))
				.socketOptions(SocketOptions.builder()
					.connectTimeout(this.settings.connectTimeout())
					.keepAlive(true)
					.tcpNoDelay(true)
					.build())
				.build());
		}

		@Override
		public Duration getCommandTimeout() {
			return this.settings.commandTimeout();
		}

		@Override
		public boolean isUseSsl() {
			return this.application.isUseSsl();
		}

		@Override
		@SuppressWarnings("deprecation") // part of the interface all the same
		public boolean isVerifyPeer() {
			return this.application.isVerifyPeer();
		}

		@Override
		public SslVerifyMode getVerifyMode() {
			return this.application.getVerifyMode();
		}

		@Override
		public boolean isStartTls() {
			return this.application.isStartTls();
		}

		@Override
		public Optional<ClientResources> getClientResources() {
			return Optional.of(this.resources);
		}

		@Override
		public Optional<String> getClientName() {
			return this.application.getClientName();
		}

		@Override
		public Optional<ReadFrom> getReadFrom() {
			// Reads come from the master: a replica may not have what was written.
			return Optional.empty();
		}

		@Override
		public Optional<RedisCredentialsProviderFactory> getRedisCredentialsProviderFactory() {
			return this.application.getRedisCredentialsProviderFactory();
		}

		@Override
		public Duration getShutdownTimeout() {
			return this.application.getShutdownTimeout();
		}

		@Override
		public Duration getShutdownQuietPeriod() {
			return this.application.getShutdownQuietPeriod();
		}

	}

}
