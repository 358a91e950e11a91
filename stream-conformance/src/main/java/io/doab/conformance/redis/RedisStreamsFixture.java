package io.doab.conformance.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.doab.conformance.BackendFixture;
import io.doab.stream.Position;
import io.doab.stream.redis.RedisSettings;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;

import org.jspecify.annotations.Nullable;

/**
 * Redis, be it one server or a cluster, whose streams are read and written as somebody
 * without this library does, by what is documented.
 */
public abstract class RedisStreamsFixture implements BackendFixture {

	static final RedisSettings SETTINGS = RedisSettings.defaults()
		.withLeaseTime(Duration.ofSeconds(2))
		.withCommandTimeout(Duration.ofSeconds(2));

	/** Keys and field names as text, values as bytes. */
	public static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

	/** Commands past the networks that can be broken. */
	public abstract RedisClusterCommands<String, byte[]> commands();

	/** Where a stream's partition is. */
	public static String key(String stream, int partition) {
		return stream + ":{P" + partition + "}";
	}

	@Override
	public List<StreamRecord> read(String stream, int partition) {
		return commands().xrange(key(stream, partition), Range.unbounded())
			.stream()
			.map(RedisStreamsFixture::record)
			.toList();
	}

	private static StreamRecord record(StreamMessage<String, byte[]> entry) {
		Map<String, String> attributes = new LinkedHashMap<>();
		entry.getBody().forEach((name, value) -> attributes.put(name, new String(value, StandardCharsets.UTF_8)));
		String key = attributes.remove("partitionkey");
		attributes.remove("data");
		return new StreamRecord(Position.parse(entry.getId()),
				new WireEvent(attributes, key, Objects.requireNonNull(entry.getBody().get("data"))), null);
	}

	@Override
	public void removeFirst(String stream, int partition, int count) {
		String key = key(stream, partition);
		commands().xtrim(key, commands().xlen(key) - count);
	}

	/** Puts something that is no stream where its partitions are to be. */
	@Override
	public void refuseAppends(String stream, int partitions) {
		for (int partition = 0; partition < partitions; partition++) {
			commands().set(key(stream, partition), "no stream".getBytes(StandardCharsets.UTF_8));
		}
	}

	@Override
	public void acceptAppends(String stream, int partitions) {
		for (int partition = 0; partition < partitions; partition++) {
			commands().del(key(stream, partition));
		}
	}

	@Override
	public void appendForeign(String stream, int partition, byte[] key, byte[] data) {
		Map<String, byte[]> fields = new LinkedHashMap<>();
		fields.put("partitionkey", key);
		fields.put("data", data);
		commands().xadd(key(stream, partition), fields);
	}

	@Override
	public long lag(String group, String stream, int partition) {
		for (Object found : commands().xinfoGroups(key(stream, partition))) {
			List<?> fields = (List<?>) found;
			Map<String, Object> info = new LinkedHashMap<>();
			for (int i = 0; i + 1 < fields.size(); i += 2) {
				info.put(text(fields.get(i)), Objects.requireNonNullElse(fields.get(i + 1), "null"));
			}
			if (text(info.get("name")).equals(group)) {
				return (Long) Objects.requireNonNull(info.get("lag"));
			}
		}
		// A group that has not begun has all of it before it.
		return commands().xlen(key(stream, partition));
	}

	@Override
	public void deleteGroup(String group, String stream, int partitions) {
		for (int partition = 0; partition < partitions; partition++) {
			commands().xgroupDestroy(key(stream, partition), group);
		}
	}

	@Override
	public Duration sessionTime() {
		return SETTINGS.leaseTime();
	}

	private static String text(@Nullable Object value) {
		return (value instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
	}

}
