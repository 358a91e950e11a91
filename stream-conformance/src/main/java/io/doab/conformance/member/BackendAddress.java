package io.doab.conformance.member;

import io.doab.conformance.kafka.KafkaFixture;
import io.doab.conformance.redis.RedisClusterFixture;
import io.doab.conformance.redis.RedisFixture;
import io.doab.stream.spi.StreamBackend;

/**
 * Where a process finds the server of a fixture.
 *
 * @param kind {@code redis}, {@code redis-cluster} or {@code kafka}
 * @param server host and port; of a cluster what its fixture understands
 */
public record BackendAddress(String kind, String server) {

	/** A client with the settings that the fixture's own clients have. */
	public StreamBackend open() {
		return switch (this.kind) {
			case "redis" -> RedisFixture.open(this.server);
			case "redis-cluster" -> RedisClusterFixture.open(this.server);
			case "kafka" -> KafkaFixture.open(this.server);
			default -> throw new IllegalArgumentException(
					"No backend '" + this.kind + "': expected redis, redis-cluster or kafka");
		};
	}

}
