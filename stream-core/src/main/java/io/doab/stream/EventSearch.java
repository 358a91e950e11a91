package io.doab.stream;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Which events of a stream are looked for.
 *
 * @param stream the stream
 * @param partition the only partition to look at, or null for those that can hold them:
 * all, or that of the key. Of a stream that others write to by another partitioner, name
 * the partition
 * @param from stored at this time or later, or null
 * @param until stored before this time, or null
 * @param key of this key, or null for any
 * @param headers with these attributes: {@code type}, {@code id} and {@code source} are
 * among them
 * @param limit how many at most
 */
public record EventSearch(String stream, @Nullable Integer partition, @Nullable Instant from, @Nullable Instant until,
		@Nullable String key, Map<String, String> headers, int limit) {

	/** How many events are found when nothing is said. */
	public static final int DEFAULT_LIMIT = 100;

	/** After how many events progress is told. */
	public static final int PROGRESS_EVENTS = 10_000;

	public EventSearch {
		headers = Map.copyOf(headers);
		if (limit < 1) {
			throw new IllegalArgumentException("limit " + limit + " must be 1 or more");
		}
	}

	/** The first events of a stream. */
	public static EventSearch in(String stream) {
		return new EventSearch(stream, null, null, null, null, Map.of(), DEFAULT_LIMIT);
	}

	public EventSearch withPartition(int number) {
		return new EventSearch(this.stream, number, this.from, this.until, this.key, this.headers, this.limit);
	}

	/** Stored at the first time or later, and before the second; null for no bound. */
	public EventSearch between(@Nullable Instant first, @Nullable Instant end) {
		return new EventSearch(this.stream, this.partition, first, end, this.key, this.headers, this.limit);
	}

	public EventSearch withKey(String wanted) {
		return new EventSearch(this.stream, this.partition, this.from, this.until, wanted, this.headers, this.limit);
	}

	/** With an attribute of this value. */
	public EventSearch withHeader(String name, String value) {
		Map<String, String> more = new LinkedHashMap<>(this.headers);
		more.put(name, value);
		return new EventSearch(this.stream, this.partition, this.from, this.until, this.key, more, this.limit);
	}

	public EventSearch withLimit(int events) {
		return new EventSearch(this.stream, this.partition, this.from, this.until, this.key, this.headers, events);
	}

}
