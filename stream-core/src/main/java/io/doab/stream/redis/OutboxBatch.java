package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.lettuce.core.StreamMessage;

/**
 * Entries of an outbox for partitions of one number, written under one lease, in order:
 * what one run of {@code relay.lua} takes. For one thread.
 */
final class OutboxBatch {

	private final int target;

	private final List<StreamMessage<String, byte[]>> entries = new ArrayList<>();

	private boolean full;

	OutboxBatch(int target) {
		this.target = target;
	}

	int target() {
		return this.target;
	}

	/** Adds an entry, until there was one of another lease: that has to wait. */
	void add(StreamMessage<String, byte[]> entry) {
		this.full |= !this.entries.isEmpty() && !lease(entry).equals(lease());
		if (!this.full) {
			this.entries.add(entry);
		}
	}

	String lease() {
		return lease(this.entries.getFirst());
	}

	List<String> ids() {
		return this.entries.stream().map(StreamMessage::getId).toList();
	}

	/** The key of what is remembered, then the streams. */
	String[] keys(String relayed) {
		List<String> keys = new ArrayList<>();
		keys.add(relayed);
		keys.addAll(streams().keySet());
		return keys.toArray(String[]::new);
	}

	byte[][] words(long rememberedMillis) {
		Map<String, Integer> numbers = streams();
		List<byte[]> words = new ArrayList<>();
		words.add(RedisLink.bytes(rememberedMillis));
		words.add(RedisLink.bytes(this.entries.size()));
		for (StreamMessage<String, byte[]> entry : this.entries) {
			words.add(RedisLink.bytes(entry.getId()));
			words.add(RedisLink.bytes(numbers.getOrDefault(stream(entry), 0)));
			List<byte[]> event = new ArrayList<>(2 * entry.getBody().size());
			entry.getBody().forEach((name, value) -> {
				if (!Outbox.OWN_FIELDS.contains(name)) {
					event.add(RedisLink.bytes(name));
					event.add(value);
				}
			});
			words.add(RedisLink.bytes(event.size()));
			words.addAll(event);
		}
		return words.toArray(byte[][]::new);
	}

	/** Each stream's key, with its number among the keys after the first. */
	private Map<String, Integer> streams() {
		Map<String, Integer> numbers = new LinkedHashMap<>();
		this.entries.forEach((entry) -> numbers.computeIfAbsent(stream(entry), (key) -> numbers.size() + 1));
		return numbers;
	}

	private String stream(StreamMessage<String, byte[]> entry) {
		return RedisKeys.stream(field(entry, Outbox.STREAM), this.target);
	}

	private static String lease(StreamMessage<String, byte[]> entry) {
		return field(entry, Outbox.LEASE);
	}

	private static String field(StreamMessage<String, byte[]> entry, String name) {
		return RedisLink.text(entry.getBody().getOrDefault(name, new byte[0]));
	}

}
