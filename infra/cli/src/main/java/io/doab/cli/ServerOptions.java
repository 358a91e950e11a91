package io.doab.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import io.doab.stream.kafka.KafkaSettings;
import io.doab.stream.kafka.KafkaStreamBackend;
import io.doab.stream.redis.RedisSettings;
import io.doab.stream.redis.RedisStreamBackend;
import io.doab.stream.spi.StreamBackend;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Which server is meant, and how it lets one in. Secrets come from the environment or a
 * file, for arguments are seen by everybody on the machine.
 */
final class ServerOptions {

	private static final String DEFAULT = "redis://localhost:6379";

	private static final int DEFAULT_PORT = 6379;

	/** A command does not live long enough to trim anything. */
	private static final Duration NEVER = Duration.ofDays(1);

	@Option(names = "--redis", paramLabel = "ADDRESS",
			description = "host:port, redis://user@host:port, rediss://… with TLS; several, with commas, are nodes of a cluster."
					+ " Password: environment DOAB_REDIS_PASSWORD. Default: environment DOAB_REDIS, else localhost:6379")
	private @Nullable String redis;

	@Option(names = "--kafka", paramLabel = "SERVERS",
			description = "bootstrap servers, host:port with commas. Default: environment DOAB_KAFKA")
	private @Nullable String kafka;

	@Option(names = "--kafka-config", paramLabel = "FILE",
			description = "client properties of Kafka, for security: security.protocol=…")
	private @Nullable Path kafkaConfig;

	StreamBackend connect() {
		Map<String, String> environment = System.getenv();
		if (this.redis != null && this.kafka != null) {
			throw new IllegalArgumentException("Either --redis or --kafka, not both");
		}
		if (this.redis != null) {
			return redis(this.redis, environment.get("DOAB_REDIS_PASSWORD"));
		}
		if (this.kafka != null) {
			return kafka(this.kafka);
		}
		String servers = environment.get("DOAB_KAFKA");
		return (servers != null && environment.get("DOAB_REDIS") == null) ? kafka(servers)
				: redis(environment.getOrDefault("DOAB_REDIS", DEFAULT), environment.get("DOAB_REDIS_PASSWORD"));
	}

	private StreamBackend redis(String address, @Nullable String password) {
		List<URI> nodes = Arrays.stream(address.split(",", -1)).map(ServerOptions::node).toList();
		URI first = nodes.getFirst();
		LettuceClientConfiguration.LettuceClientConfigurationBuilder client = LettuceClientConfiguration.builder();
		if (first.getScheme().equals("rediss")) {
			client.useSsl();
		}
		LettuceConnectionFactory factory = (nodes.size() > 1)
				? new LettuceConnectionFactory(cluster(nodes, password), client.build())
				: new LettuceConnectionFactory(single(first, password), client.build());
		return RedisStreamBackend.create(factory, RedisSettings.defaults().withTrimInterval(NEVER));
	}

	private static URI node(String text) {
		URI node = URI.create(text.contains("://") ? text : "redis://" + text);
		String user = node.getUserInfo();
		if (node.getHost() == null || !List.of("redis", "rediss").contains(node.getScheme())
				|| (user != null && user.contains(":"))) {
			throw new IllegalArgumentException(
					"--redis takes host:port, redis://user@host:port or rediss://user@host:port;"
							+ " a password comes from the environment, DOAB_REDIS_PASSWORD");
		}
		return node;
	}

	private static int port(URI node) {
		return (node.getPort() > 0) ? node.getPort() : DEFAULT_PORT;
	}

	private static RedisStandaloneConfiguration single(URI node, @Nullable String password) {
		RedisStandaloneConfiguration server = new RedisStandaloneConfiguration(node.getHost(), port(node));
		server.setUsername(node.getUserInfo());
		server.setPassword(password);
		return server;
	}

	private static RedisClusterConfiguration cluster(List<URI> nodes, @Nullable String password) {
		RedisClusterConfiguration servers = new RedisClusterConfiguration(
				nodes.stream().map((node) -> node.getHost() + ":" + port(node)).toList());
		servers.setUsername(nodes.getFirst().getUserInfo());
		servers.setPassword((password != null) ? RedisPassword.of(password) : RedisPassword.none());
		return servers;
	}

	private StreamBackend kafka(String servers) {
		Map<String, Object> config = new HashMap<>();
		if (this.kafkaConfig != null) {
			Properties properties = new Properties();
			try (var in = Files.newBufferedReader(this.kafkaConfig)) {
				properties.load(in);
			}
			catch (IOException ex) {
				throw new UncheckedIOException("--kafka-config " + this.kafkaConfig + " cannot be read", ex);
			}
			properties.forEach((name, value) -> config.put((String) name, value));
		}
		config.put("bootstrap.servers", servers);
		return KafkaStreamBackend.create(config, config, config, KafkaSettings.defaults().withTrimInterval(NEVER));
	}

}
