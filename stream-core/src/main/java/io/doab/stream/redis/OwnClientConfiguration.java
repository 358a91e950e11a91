package io.doab.stream.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.resource.ClientResources;

import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;

/**
 * The application's configuration of its client, but for what the backend's promises rest
 * on: a lost connection stays lost, and reads come from the master.
 */
record OwnClientConfiguration(LettuceClientConfiguration application, RedisSettings settings, ClientResources resources,
		Optional<RedisCredentialsProviderFactory> credentials) implements LettuceClientConfiguration {

	@Override
	public Optional<ClientOptions> getClientOptions() {
		ClientOptions.Builder options = this.application.getClientOptions()
			.map(ClientOptions::mutate)
			.orElseGet(ClientOptions::builder);
		// What may be in flight is bounded by the backend, and a commit is many commands.
		return Optional.of(options.autoReconnect(false)
			.requestQueueSize(Integer.MAX_VALUE)
			.timeoutOptions(
					TimeoutOptions.builder().timeoutSource(new AnswerTimeouts(this.settings.commandTimeout())).build())
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
		return this.credentials;
	}

	@Override
	public Duration getShutdownTimeout() {
		return this.application.getShutdownTimeout();
	}

	@Override
	public Duration getShutdownQuietPeriod() {
		return this.application.getShutdownQuietPeriod();
	}

	/** Whoever waits for an answer waits for so long. */
	private static final class AnswerTimeouts extends TimeoutOptions.TimeoutSource {

		private final long nanos;

		private AnswerTimeouts(Duration timeout) {
			this.nanos = timeout.toNanos();
		}

		@Override
		public long getTimeout(RedisCommand<?, ?, ?> command) {
			return (command instanceof WordsCommand) ? 0 : this.nanos;
		}

		@Override
		public TimeUnit getTimeUnit() {
			return TimeUnit.NANOSECONDS;
		}

	}

}
