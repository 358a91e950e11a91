package io.doab.stream.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

import io.doab.stream.StreamPartition;
import org.jspecify.annotations.Nullable;

/**
 * How far a group is behind, as Redis reckons it from what each commit says of the
 * consumer group of the same name.
 */
final class RedisLag {

	private RedisLag() {
	}

	/**
	 * Empty when the server does not know, as before 7.0 or after a removal of entries.
	 */
	static OptionalLong of(RedisSession session, String group, StreamPartition partition) {
		String key = RedisKeys.stream(partition);
		long length = session.<Long>await("count " + key, session.commands().xlen(key));
		if (length == 0) {
			return OptionalLong.of(0);
		}
		List<Object> groups = session.await("look at the groups of " + key, session.commands().xinfoGroups(key));
		for (Object each : groups) {
			List<?> fields = (List<?>) each;
			if (group.equals(text(field(fields, "name")))) {
				return (field(fields, "lag") instanceof Long lag) ? OptionalLong.of(lag) : OptionalLong.empty();
			}
		}
		// It has not begun.
		return OptionalLong.of(length);
	}

	private static @Nullable Object field(List<?> fields, String name) {
		for (int i = 0; i + 1 < fields.size(); i += 2) {
			if (name.equals(text(fields.get(i)))) {
				return fields.get(i + 1);
			}
		}
		return null;
	}

	private static @Nullable String text(@Nullable Object value) {
		return switch (value) {
			case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
			case String text -> text;
			case null, default -> null;
		};
	}

}
