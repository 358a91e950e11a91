package io.doab.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

import io.doab.stream.spi.StreamBackend;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which servers. Each value is looked for in the options, then in the environment, then
 * in the file: by the names that an application has for it, so that what configures a
 * service configures this as well. When nothing is said it is the servers of
 * {@code ./run}.
 */
final class ServerOptions {

	private final Map<String, String> environment;

	@Option(names = "--backend", paramLabel = "redis|kafka",
			description = "Where the streams are; redis when not given. Environment: DOAB_BACKEND")
	private @Nullable String backend;

	@Option(names = "--redis-url", paramLabel = "URL",
			description = "redis://[user:password@]host:port, rediss:// with TLS,"
					+ " redis-sentinel://host:port,…#master. Environment: SPRING_DATA_REDIS_URL,"
					+ " where a password is not seen by others")
	private @Nullable String redisUrl;

	@Option(names = "--redis-cluster", paramLabel = "HOST:PORT,…",
			description = "Some servers of a Redis Cluster; user, password and TLS are those of the URL."
					+ " Environment: SPRING_DATA_REDIS_CLUSTER_NODES")
	private @Nullable String redisCluster;

	@Option(names = "--bootstrap-servers", paramLabel = "HOST:PORT,…",
			description = "Some brokers of Kafka. Environment: SPRING_KAFKA_BOOTSTRAP_SERVERS")
	private @Nullable String bootstrapServers;

	@Option(names = "--config", paramLabel = "FILE",
			description = "Properties as an application has them: doab.backend, spring.data.redis.url,"
					+ " spring.kafka.bootstrap-servers, spring.kafka.properties.* (TLS, SASL). Environment: DOAB_CONFIG")
	private @Nullable Path config;

	ServerOptions(Map<String, String> environment) {
		this.environment = environment;
	}

	/**
	 * Connects, when it is first used.
	 * @throws IllegalArgumentException when a value is wrong
	 */
	StreamBackend connect() {
		Settings settings = new Settings(this.environment, this.config);
		String name = settings.value(this.backend, "doab.backend", "redis").toLowerCase(Locale.ROOT);
		return switch (name) {
			case "redis" -> Backends.redis(
					settings.value(this.redisUrl, "spring.data.redis.url",
							"redis://localhost:" + this.environment.getOrDefault("DOAB_REDIS_PORT", "16379")),
					settings.value(this.redisCluster, "spring.data.redis.cluster.nodes", ""));
			case "kafka" -> Backends.kafka(
					settings.value(this.bootstrapServers, "spring.kafka.bootstrap-servers",
							"localhost:" + this.environment.getOrDefault("DOAB_KAFKA_PORT", "19092")),
					settings.below("spring.kafka.properties."));
			default -> throw new IllegalArgumentException(
					"Unknown backend '" + name + "': --backend=redis or --backend=kafka");
		};
	}

}
