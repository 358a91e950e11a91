package io.doab.benchmarks.redis;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import io.doab.benchmarks.harness.CloudEvent;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;

/** Events as entries of a stream: a field per attribute, the key, the payload. */
final class Entries {

	static final String KEY = "partitionkey";

	static final String DATA = "data";

	/** Names are text, values are bytes. */
	static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

	private Entries() {
	}

	/** The fields of an event. */
	static Map<String, byte[]> of(String id, String type, byte[] key, byte[] payload) {
		Map<String, byte[]> fields = LinkedHashMap.newLinkedHashMap(8);
		CloudEvent.attributes(id, type)
			.forEach((name, value) -> fields.put(name, value.getBytes(StandardCharsets.UTF_8)));
		fields.put(KEY, key);
		fields.put(DATA, payload);
		return fields;
	}

	/** The fields of the event that follows from an entry. */
	static Map<String, byte[]> following(Map<String, byte[]> input, byte[] payload) {
		String id = new String(Objects.requireNonNull(input.get(CloudEvent.ID)), StandardCharsets.UTF_8);
		return of(CloudEvent.follow(id), CloudEvent.ACCEPTED, key(input), payload);
	}

	static byte[] payload(Map<String, byte[]> entry) {
		return Objects.requireNonNull(entry.get(DATA));
	}

	static byte[] key(Map<String, byte[]> entry) {
		return Objects.requireNonNull(entry.get(KEY));
	}

}
