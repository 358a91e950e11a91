package io.doab.stream.redis;

import io.doab.stream.spi.BackendAdmin;
import io.doab.stream.spi.PauseMarks;
import io.doab.stream.spi.StoredGroups;
import io.doab.stream.spi.StreamLogs;

/**
 * What operators ask of Redis.
 */
final class RedisAdmin implements BackendAdmin {

	private final RedisLogs logs;

	private final RedisGroups groups;

	private final RedisPauses pauses;

	RedisAdmin(RedisNodes nodes) {
		this.logs = new RedisLogs(nodes);
		this.groups = new RedisGroups(nodes, this.logs);
		this.pauses = new RedisPauses(nodes);
	}

	@Override
	public StreamLogs logs() {
		return this.logs;
	}

	@Override
	public StoredGroups groups() {
		return this.groups;
	}

	@Override
	public PauseMarks pauses() {
		return this.pauses;
	}

}
