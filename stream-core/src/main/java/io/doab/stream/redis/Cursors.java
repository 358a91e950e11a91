package io.doab.stream.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import io.doab.stream.Position;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;

import org.jspecify.annotations.Nullable;

/**
 * Redis's own consumer groups of streams: where each stands.
 */
final class Cursors {

	private Cursors() {
	}

	/**
	 * One group on one partition.
	 *
	 * @param delivered the last entry that it was given
	 * @param pending how many of those it has not acknowledged
	 */
	record Cursor(String group, StreamPartition partition, Position delivered, long pending) {

	}

	/** Those of all partitions of streams. What is no stream yet has none. */
	static List<Cursor> of(RedisNodes nodes, Map<String, Integer> streams) {
		Map<StreamPartition, Asked> answers = new LinkedHashMap<>();
		streams.forEach((stream, partitions) -> {
			for (int partition = 0; partition < partitions; partition++) {
				String key = RedisKeys.stream(stream, partition);
				RedisSession session = nodes.session(key);
				answers.put(new StreamPartition(stream, partition),
						new Asked(session, session.commands().xinfoGroups(key)));
			}
		});
		List<Cursor> cursors = new ArrayList<>();
		answers.forEach((partition, asked) -> {
			for (Object group : asked.await(partition)) {
				cursors.add(read(partition, (List<?>) group));
			}
		});
		return cursors;
	}

	private static Cursor read(StreamPartition partition, List<?> fields) {
		Map<String, @Nullable Object> values = new HashMap<>();
		for (int i = 0; i + 1 < fields.size(); i += 2) {
			values.put(text(fields.get(i)), fields.get(i + 1));
		}
		return new Cursor(text(values.get("name")), partition, Position.parse(text(values.get("last-delivered-id"))),
				(values.get("pending") instanceof Long pending) ? pending : 0);
	}

	private static String text(@Nullable Object value) {
		return (value instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
	}

	private record Asked(RedisSession session, CompletionStage<List<Object>> answer) {

		private List<Object> await(StreamPartition partition) {
			try {
				return this.session.await("look at the groups of " + partition, this.answer);
			}
			catch (StreamException ex) {
				if (ex instanceof RetriableException) {
					throw ex;
				}
				// There is no such key, or it is no stream.
				return List.of();
			}
		}

	}

}
