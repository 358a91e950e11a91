package io.doab.stream.redis;

import java.time.Duration;
import java.util.Optional;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;

import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;

/**
 * A client of the backend's own, to the server that the application's connection factory
 * is configured for: the same address, credentials, TLS and threads.
 *
 * <p>
 * It differs in one thing: a lost connection stays lost. A client that reconnects by
 * itself sends again what was under way, and a commit would be applied twice; and it
 * would not notice that it met another server. {@link RedisLink} connects anew, and
 * looks.
 */
final class RedisClients {

	private RedisClients() {
	}

	static LettuceConnectionFactory derive(LettuceConnectionFactory application, RedisSettings settings) {
		LettuceConnectionFactory own = new LettuceConnectionFactory(serverOf(application),
				new OwnConfiguration(application.getClientConfiguration(), settings));
		own.setShareNativeConnection(false);
		own.afterPropertiesSet();
		own.start();
		if (!(own.getRequiredNativeClient() instanceof RedisClient)) {
			own.destroy();
			throw new IllegalArgumentException(
					"The Redis backend does not support Redis Cluster yet: configure a single server or Sentinel");
		}
		return own;
	}

	private static RedisConfiguration serverOf(LettuceConnectionFactory application) {
		if (application.getClusterConfiguration() != null) {
			return application.getClusterConfiguration();
		}
		if (application.getSentinelConfiguration() != null) {
			return application.getSentinelConfiguration();
		}
		if (application.getSocketConfiguration() != null) {
			return application.getSocketConfiguration();
		}
		return application.getStandaloneConfiguration();
	}

	private record OwnConfiguration(LettuceClientConfiguration application,
			RedisSettings settings) implements LettuceClientConfiguration {

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
			return this.application.getClientResources();
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
