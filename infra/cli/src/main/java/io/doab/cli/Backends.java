package io.doab.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import io.doab.stream.kafka.KafkaSettings;
import io.doab.stream.kafka.KafkaStreamBackend;
import io.doab.stream.redis.RedisSettings;
import io.doab.stream.redis.RedisStreamBackend;
import io.doab.stream.spi.StreamBackend;
import io.lettuce.core.RedisURI;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisSocketConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The backends, made as an application's are, without an application.
 */
final class Backends {

	/** Retention is the applications' to apply: they know it. */
	private static final Duration NEVER = Duration.ofDays(36_500);

	private Backends() {
	}

	/**
	 * Redis.
	 * @param cluster some servers of a cluster, or empty when it is none
	 * @throws IllegalArgumentException when an address is none. The message does not
	 * repeat the URL, which may have a password
	 */
	static StreamBackend redis(String url, String cluster) {
		RedisURI uri;
		RedisConfiguration servers;
		try {
			uri = RedisURI.create(url);
			RedisConfiguration one = LettuceConnectionFactory.createRedisConfiguration(uri);
			servers = cluster.isBlank() ? one : cluster(cluster, one);
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("The address of Redis is not understood: expected"
					+ " redis://[user:password@]host:port, and of a cluster host:port,host:port", ex);
		}
		LettuceClientConfiguration.LettuceClientConfigurationBuilder client = LettuceClientConfiguration.builder();
		if (uri.isSsl()) {
			client.useSsl();
		}
		return RedisStreamBackend.create(connections(servers, client.build()),
				RedisSettings.defaults().withTrimInterval(NEVER));
	}

	/** The factory tells only of a configuration that it was given as what it is. */
	private static LettuceConnectionFactory connections(RedisConfiguration servers, LettuceClientConfiguration client) {
		return switch (servers) {
			case RedisClusterConfiguration cluster -> new LettuceConnectionFactory(cluster, client);
			case RedisSentinelConfiguration sentinel -> new LettuceConnectionFactory(sentinel, client);
			case RedisSocketConfiguration socket -> new LettuceConnectionFactory(socket, client);
			case RedisStandaloneConfiguration one -> new LettuceConnectionFactory(one, client);
			default -> new LettuceConnectionFactory(servers, client);
		};
	}

	private static RedisConfiguration cluster(String nodes, RedisConfiguration one) {
		RedisClusterConfiguration cluster = new RedisClusterConfiguration(
				Arrays.stream(nodes.split(",", -1)).map(String::strip).toList());
		if (one instanceof RedisConfiguration.WithAuthentication known) {
			cluster.setUsername(known.getUsername());
			cluster.setPassword(known.getPassword());
		}
		return cluster;
	}

	/**
	 * Kafka.
	 * @param properties of its clients besides: TLS, SASL
	 */
	static StreamBackend kafka(String bootstrapServers, Map<String, String> properties) {
		Map<String, Object> clients = new HashMap<>(properties);
		clients.put("bootstrap.servers", bootstrapServers);
		return KafkaStreamBackend.create(clients, clients, clients, KafkaSettings.defaults().withTrimInterval(NEVER));
	}

}
