package io.doab.sandbox;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.json.JsonMapper;

/**
 * The latest of what a part of the sandbox got, and how much it was in all: in total, and
 * under how many different keys. Bounded in number and in size; keys are remembered for
 * longer than what came under them. Safe for use by several threads.
 */
final class Received {

	/** Of what was received, and of keys that are told apart. */
	private static final int MAX_KEYS = 200_000;

	private static final int STANDARD_LIMIT = 100;

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final int maxEntries;

	private final long maxChars;

	private final Deque<Entry> entries = new ArrayDeque<>();

	private final SequencedMap<String, Integer> deliveries = new LinkedHashMap<>();

	private long chars;

	private long total;

	private long distinct;

	/**
	 * Holds nothing yet.
	 * @param maxEntries how many entries it keeps, at most
	 * @param maxChars how many characters they have as JSON, at most
	 */
	Received(int maxEntries, long maxChars) {
		this.maxEntries = maxEntries;
		this.maxChars = maxChars;
	}

	/** Keeps the latest 10,000, or 32 million characters of them. */
	static Received ofStandardSize() {
		return new Received(10_000, 32_000_000);
	}

	/**
	 * Counts a delivery, without an entry: of something that is there already.
	 * @return whether it was there
	 */
	synchronized boolean repeated(String key) {
		if (!this.deliveries.containsKey(key)) {
			return false;
		}
		count(key);
		return true;
	}

	/**
	 * Adds an entry.
	 * @param key what tells it from others, or null when nothing does
	 */
	synchronized void add(@Nullable String key, Map<String, Object> content) {
		if (key != null) {
			count(key);
		}
		else {
			this.total++;
			this.distinct++;
		}
		Map<String, Object> all = new LinkedHashMap<>();
		all.put("receivedAt", Instant.now().toString());
		all.putAll(content);
		Entry entry = new Entry(key, all, JSON.writeValueAsString(all));
		this.entries.addFirst(entry);
		this.chars += entry.json().length();
		while (this.entries.size() > this.maxEntries || (this.chars > this.maxChars && this.entries.size() > 1)) {
			this.chars -= this.entries.removeLast().json().length();
		}
	}

	private void count(String key) {
		this.total++;
		if (this.deliveries.merge(key, 1, Integer::sum) == 1) {
			this.distinct++;
		}
		if (this.deliveries.size() > MAX_KEYS) {
			this.deliveries.pollFirstEntry();
		}
	}

	/** What there is to say of how much it was. */
	synchronized Map<String, Object> counts() {
		Map<String, Object> counts = new LinkedHashMap<>();
		counts.put("total", this.total);
		counts.put("distinct", this.distinct);
		counts.put("repeated", this.total - this.distinct);
		counts.put("kept", this.entries.size());
		return counts;
	}

	synchronized void clear() {
		this.entries.clear();
		this.deliveries.clear();
		this.chars = 0;
		this.total = 0;
		this.distinct = 0;
	}

	/**
	 * The latest, newest first, each with how often it came: as {@code ?limit=} (100) and
	 * {@code ?contains=} of the request say.
	 */
	Answer list(Request request) {
		int limit = limit(request.query().get("limit"));
		String contains = request.query().getOrDefault("contains", "");
		List<Map<String, Object>> found = new ArrayList<>();
		synchronized (this) {
			for (Entry entry : this.entries) {
				if (found.size() == limit) {
					break;
				}
				if (entry.json().contains(contains)) {
					Map<String, Object> shown = new LinkedHashMap<>(entry.content());
					shown.put("deliveries", (entry.key() != null) ? this.deliveries.getOrDefault(entry.key(), 1) : 1);
					found.add(shown);
				}
			}
		}
		Map<String, Object> counts = counts();
		return Answer.json(200, found)
			.with("X-Total-Count", String.valueOf(counts.get("total")))
			.with("X-Distinct-Count", String.valueOf(counts.get("distinct")));
	}

	private int limit(@Nullable String text) {
		if (text == null) {
			return STANDARD_LIMIT;
		}
		try {
			int limit = Integer.parseInt(text);
			if (limit >= 0 && limit <= this.maxEntries) {
				return limit;
			}
		}
		catch (NumberFormatException ex) {
			// Told below, with what is expected.
		}
		throw new BadRequest("limit: expected a number from 0 to " + this.maxEntries);
	}

	/** One, and the text in which it is looked for. */
	private record Entry(@Nullable String key, Map<String, Object> content, String json) {

	}

}
