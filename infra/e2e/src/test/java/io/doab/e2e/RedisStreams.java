package io.doab.e2e;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
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
			this.redis.xrange(key(stream, partition), Range.unbounded()).forEach((entry) -> events.add(event(entry)));
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
				case "none" -> {
					// What is remembered of a publisher has expired since.
				}
				default -> throw new IllegalStateException("A key of a type that nobody expects: " + text(key));
			}
		}
	}

	@Override
	public long lag(String group, String stream) {
		long lag = 0;
		for (int partition = 0; partition < PARTITIONS; partition++) {
			for (Object found : this.redis.xinfoGroups(key(stream, partition))) {
				List<?> fields = (List<?>) found;
				if (text((byte[]) fields.get(1)).equals(group)) {
					lag += (Long) fields.get(fields.size() - 1);
				}
			}
		}
		return lag;
	}

	@Override
	public Tail tail(String stream) {
		return new RedisTail(this.client.connect(ByteArrayCodec.INSTANCE), stream);
	}

	@Override
	public void close() {
		this.client.shutdown();
	}

	private static byte[] key(String stream, int partition) {
		return bytes(stream + ":{P" + partition + "}");
	}

	private static StoredEvent event(StreamMessage<byte[], byte[]> entry) {
		Map<String, String> fields = entry.getBody()
			.entrySet()
			.stream()
			.collect(Collectors.toMap((field) -> text(field.getKey()), (field) -> text(field.getValue())));
		return new StoredEvent(fields.getOrDefault("id", ""), fields.getOrDefault("type", ""),
				fields.getOrDefault("partitionkey", ""), fields.getOrDefault("data", ""));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	/** Reads all partitions with one command. */
	private static final class RedisTail implements Tail {

		private static final XReadArgs ARGUMENTS = XReadArgs.Builder.count(500).block(Duration.ofMillis(200));

		private final StatefulRedisConnection<byte[], byte[]> connection;

		private final List<byte[]> keys;

		/** By partition, the last that was read. */
		private final String[] last = new String[PARTITIONS];

		private RedisTail(StatefulRedisConnection<byte[], byte[]> connection, String stream) {
			this.connection = connection;
			this.keys = IntStream.range(0, PARTITIONS).mapToObj((partition) -> key(stream, partition)).toList();
			Arrays.fill(this.last, "0-0");
		}

		@Override
		@SuppressWarnings({ "unchecked", "rawtypes" }) // an array of a generic type
		public void poll(BiConsumer<Integer, StoredEvent> events) {
			StreamOffset<byte[]>[] offsets = new StreamOffset[PARTITIONS];
			for (int partition = 0; partition < PARTITIONS; partition++) {
				offsets[partition] = StreamOffset.from(this.keys.get(partition), this.last[partition]);
			}
			for (StreamMessage<byte[], byte[]> entry : this.connection.sync().xread(ARGUMENTS, offsets)) {
				int partition = partition(entry.getStream());
				this.last[partition] = entry.getId();
				events.accept(partition, event(entry));
			}
		}

		private int partition(byte[] key) {
			return IntStream.range(0, PARTITIONS)
				.filter((partition) -> Arrays.equals(this.keys.get(partition), key))
				.findFirst()
				.orElseThrow();
		}

		@Override
		public void close() {
			this.connection.close();
		}

	}

}
