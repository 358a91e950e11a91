package io.doab.stream.redis;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

import io.doab.stream.StreamPartition;

import org.jspecify.annotations.Nullable;

/**
 * How far a queue is behind: what its group has not delivered, and what it has and nobody
 * acknowledged.
 */
final class RedisQueueLag {

	private RedisQueueLag() {
	}

	/**
	 * Empty when the server does not know, as before 7.0 or where a group was made in the
	 * midst of a stream.
	 */
	static OptionalLong of(RedisSession session, String queue, StreamPartition partition) {
		String key = RedisKeys.stream(partition);
		long length = session.<Long>await("count " + key, session.commands().xlen(key));
		if (length == 0) {
			return OptionalLong.of(0);
		}
		for (Object group : session.await("look at the groups of " + key, session.commands().xinfoGroups(key))) {
			Map<String, @Nullable Object> told = fields((List<?>) group);
			if (RedisKeys.queueGroup(queue).equals(text(told.get("name")))) {
				return (told.get("lag") instanceof Long lag && told.get("pending") instanceof Long pending)
						? OptionalLong.of(lag + pending) : OptionalLong.empty();
			}
		}
		// It has not begun.
		return OptionalLong.of(length);
	}

	private static Map<String, @Nullable Object> fields(List<?> flat) {
		Map<String, @Nullable Object> fields = new HashMap<>();
		for (int i = 0; i + 1 < flat.size(); i += 2) {
			fields.put(String.valueOf(text(flat.get(i))), flat.get(i + 1));
		}
		return fields;
	}

	private static @Nullable String text(@Nullable Object value) {
		return switch (value) {
			case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
			case String text -> text;
			case null, default -> null;
		};
	}

}
