package io.doab.stream.redis;

import java.time.Duration;

/**
 * How the Redis backend behaves.
 *
 * @param leaseTime how long a member owns a partition without a sign of life: the longest
 * pause after its death
 * @param commandTimeout how long an answer may take
 * @param connectTimeout how long a connection attempt may take
 * @param trimInterval how often streams are cut to their retention
 * @param maxEventBytes the largest event that is stored
 * @param commitConnections how many connections a member opens, at most, one for each
 * busy partition, whose commits are transactions then and cost the server less; commits
 * of all others are scripts
 */
public record RedisSettings(Duration leaseTime, Duration commandTimeout, Duration connectTimeout, Duration trimInterval,
		int maxEventBytes, int commitConnections) {

	public RedisSettings {
		if (leaseTime.compareTo(Duration.ofMillis(300)) < 0) {
			throw new IllegalArgumentException("leaseTime " + leaseTime + " is too short: at least 300 ms");
		}
		if (commitConnections < 0) {
			throw new IllegalArgumentException(
					"commitConnections " + commitConnections + " is negative: 0 has all commits be scripts");
		}
	}

	/**
	 * Leases of 6 s, answers within 5 s, connections within 2 s, trimming each minute,
	 * events of 1 MiB, 8 connections for commits.
	 */
	public static RedisSettings defaults() {
		return new RedisSettings(Duration.ofSeconds(6), Duration.ofSeconds(5), Duration.ofSeconds(2),
				Duration.ofMinutes(1), 1024 * 1024, 8);
	}

	public RedisSettings withLeaseTime(Duration time) {
		return new RedisSettings(time, this.commandTimeout, this.connectTimeout, this.trimInterval, this.maxEventBytes,
				this.commitConnections);
	}

	public RedisSettings withCommandTimeout(Duration time) {
		return new RedisSettings(this.leaseTime, time, this.connectTimeout, this.trimInterval, this.maxEventBytes,
				this.commitConnections);
	}

	public RedisSettings withTrimInterval(Duration time) {
		return new RedisSettings(this.leaseTime, this.commandTimeout, this.connectTimeout, time, this.maxEventBytes,
				this.commitConnections);
	}

	public RedisSettings withCommitConnections(int connections) {
		return new RedisSettings(this.leaseTime, this.commandTimeout, this.connectTimeout, this.trimInterval,
				this.maxEventBytes, connections);
	}

}
