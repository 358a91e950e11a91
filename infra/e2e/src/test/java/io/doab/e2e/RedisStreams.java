package io.doab.e2e;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;

/** Reads Redis. */
final class RedisStreams implements Streams {

	private static final int PARTITIONS = 3;

	private final RedisClient client;

	private final RedisCommands<byte[], byte[]> redis;

	RedisStreams(String address) {
		this.client = RedisClient.create("redis://" + address);
		this.redis = this.client.connect(ByteArrayCodec.INSTANCE).sync();
	}

	@Override
	public List<StoredEvent> read(String stream) {
		List<StoredEvent> events = new ArrayList<>();
		for (int partition = 0; partition < PARTITIONS; partition++) {
			this.redis.xrange(bytes(stream + ":{P" + partition + "}"), Range.unbounded()).forEach((entry) -> {
				Map<String, String> fields = entry.getBody()
					.entrySet()
					.stream()
					.collect(Collectors.toMap((field) -> text(field.getKey()), (field) -> text(field.getValue())));
				events.add(new StoredEvent(fields.getOrDefault("id", ""), fields.getOrDefault("type", ""),
						fields.getOrDefault("partitionkey", ""), fields.getOrDefault("data", "")));
			});
		}
		return events;
	}

	@Override
	public void scan(Consumer<byte[]> bytes) {
		for (byte[] key : this.redis.keys("*")) {
			bytes.accept(key);
			switch (this.redis.type(key)) {
				case "stream" -> this.redis.xrange(key, Range.unbounded())
					.forEach((entry) -> entry.getBody().forEach((field, value) -> {
						bytes.accept(field);
						bytes.accept(value);
					}));
				case "hash" -> this.redis.hgetall(key).forEach((field, value) -> {
					bytes.accept(field);
					bytes.accept(value);
				});
				case "zset" -> this.redis.zrange(key, 0, -1).forEach(bytes);
				case "string" -> bytes.accept(Objects.requireNonNullElse(this.redis.get(key), new byte[0]));
				default -> throw new IllegalStateException("A key of a type that nobody expects: " + text(key));
			}
		}
	}

	@Override
	public long lag(String group, String stream) {
		long lag = 0;
		for (int partition = 0; partition < PARTITIONS; partition++) {
			for (Object found : this.redis.xinfoGroups(bytes(stream + ":{P" + partition + "}"))) {
				List<?> fields = (List<?>) found;
				if (text((byte[]) fields.get(1)).equals(group)) {
					lag += (Long) fields.get(fields.size() - 1);
				}
			}
		}
		return lag;
	}

	@Override
	public void close() {
		this.client.shutdown();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
