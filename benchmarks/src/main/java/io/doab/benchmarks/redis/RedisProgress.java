package io.doab.benchmarks.redis;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.doab.benchmarks.harness.Progress;
import io.doab.benchmarks.harness.Task;
import io.doab.benchmarks.harness.Workload;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;

/**
 * How far a group is by {@code XINFO GROUPS}: nothing of its input is undelivered or
 * pending, and by {@code XLEN} every output is there. Where events are only published,
 * the latter alone.
 */
public final class RedisProgress implements Progress {

	private final Task task;

	private final RedisClient client;

	private final StatefulRedisConnection<String, byte[]> connection;

	public RedisProgress(Task task) {
		this.task = task;
		this.client = RedisClient.create("redis://" + task.address());
		this.connection = this.client.connect(Entries.CODEC);
	}

	@Override
	public boolean isDone() {
		RedisCommands<String, byte[]> commands = this.connection.sync();
		boolean outputs = this.task.workload() != Workload.BLOCKING;
		long written = 0;
		for (int partition = 0; outputs && partition < this.task.partitions(); partition++) {
			written += commands.xlen(Task.redisKey(this.task.output(), partition));
		}
		if (outputs && written < this.task.events()) {
			return false;
		}
		boolean group = this.task.workload() != Workload.PUBLISH;
		for (int partition = 0; group && partition < this.task.partitions(); partition++) {
			if (!isAcknowledged(commands, Task.redisKey(this.task.input(), partition))) {
				return false;
			}
		}
		return true;
	}

	private boolean isAcknowledged(RedisCommands<String, byte[]> commands, String key) {
		for (Object group : commands.xinfoGroups(key)) {
			Map<String, Object> fields = fields((List<?>) group);
			if (this.task.group().equals(text(fields.getOrDefault("name", "")))) {
				return Long.valueOf(0).equals(fields.get("pending")) && Long.valueOf(0).equals(fields.get("lag"));
			}
		}
		return false;
	}

	private static Map<String, Object> fields(List<?> pairs) {
		Map<String, Object> fields = new HashMap<>();
		for (int i = 0; i + 1 < pairs.size(); i += 2) {
			Object value = pairs.get(i + 1);
			if (value != null) {
				fields.put(text(pairs.get(i)), value);
			}
		}
		return fields;
	}

	private static String text(Object value) {
		return (value instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
	}

	@Override
	public void close() {
		this.connection.close();
		this.client.shutdown();
	}

}
