package io.doab.stream.redis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What {@code XINFO} answers: names and values in turn.
 */
final class RedisReplies {

	private RedisReplies() {
	}

	static List<Map<String, Object>> maps(List<Object> replies) {
		return replies.stream().map((reply) -> map((List<?>) reply)).toList();
	}

	/** By name; what is null is absent. */
	static Map<String, Object> map(List<?> flat) {
		Map<String, Object> named = new LinkedHashMap<>();
		for (int i = 0; i + 1 < flat.size(); i += 2) {
			Object value = flat.get(i + 1);
			if (value != null) {
				named.put(text(flat.get(i)), value);
			}
		}
		return named;
	}

	static String text(@Nullable Object value) {
		return (value instanceof byte[] bytes) ? RedisLink.text(bytes) : String.valueOf(value);
	}

}
