package io.doab.stream.redis;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.doab.stream.Position;
import io.doab.stream.spi.Attributes;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.Utf8;
import io.doab.stream.spi.WireEvent;
import io.lettuce.core.StreamMessage;

import org.jspecify.annotations.Nullable;

/**
 * Events as entries of a stream: one field per attribute, {@code partitionkey} among
 * them, and {@code data} last.
 */
final class RedisEntries {

	static final Position BEGINNING = new Position(0, 0);

	static final String KEY = "partitionkey";

	static final String DATA = "data";

	private static final byte[] KEY_FIELD = RedisLink.bytes(KEY);

	private static final byte[] DATA_FIELD = RedisLink.bytes(DATA);

	/** The names that nearly all events have. */
	private static final Map<String, byte[]> NAMES = Stream
		.of("specversion", "id", "type", "source", "time", "datacontenttype", "traceparent")
		.collect(Collectors.toUnmodifiableMap((name) -> name, RedisLink::bytes));

	private RedisEntries() {
	}

	/** How many words {@link #addWords} adds. */
	static int wordCount(WireEvent event) {
		return 2 * event.attributes().size() + ((event.key() != null) ? 4 : 2);
	}

	/** The fields and values of an event. */
	static List<byte[]> words(WireEvent event) {
		List<byte[]> words = new ArrayList<>(wordCount(event));
		addWords(event, words);
		return words;
	}

	/** Adds the fields and values of an event. */
	static void addWords(WireEvent event, List<byte[]> words) {
		event.attributes().forEach((name, value) -> {
			byte[] known = NAMES.get(name);
			words.add((known != null) ? known : RedisLink.bytes(name));
			words.add(RedisLink.bytes(value));
		});
		String key = event.key();
		if (key != null) {
			words.add(KEY_FIELD);
			words.add(RedisLink.bytes(key));
		}
		words.add(DATA_FIELD);
		words.add(event.data());
	}

	static Map<String, byte[]> fields(WireEvent event) {
		Map<String, byte[]> fields = LinkedHashMap.newLinkedHashMap(event.attributes().size() + 2);
		event.attributes().forEach((name, value) -> fields.put(name, RedisLink.bytes(value)));
		String key = event.key();
		if (key != null) {
			fields.put(KEY, RedisLink.bytes(key));
		}
		fields.put(DATA, event.data());
		return fields;
	}

	static StreamRecord record(StreamMessage<String, byte[]> entry) {
		Position position = Position.parse(entry.getId());
		Map<String, byte[]> fields = entry.getBody();
		boolean foreign = ForeignEntry.is(fields);
		Attributes.Builder attributes = new Attributes.Builder(fields.size());
		String key = null;
		String defect = null;
		int textBytes = 0;
		byte @Nullable [] data = foreign ? ForeignEntry.data(fields) : null;
		for (Map.Entry<String, byte[]> field : fields.entrySet()) {
			switch (field.getKey()) {
				case DATA -> data = field.getValue();
				case KEY -> {
					textBytes += field.getValue().length;
					key = Utf8.text(field.getValue());
					if (key == null) {
						attributes.put("rawkey", Base64.getEncoder().encodeToString(field.getValue()));
						defect = "The partition key is not UTF-8";
					}
				}
				default -> {
					// Of one that cannot be understood everything is kept.
					if (!foreign || data == null) {
						String text = new String(field.getValue(), StandardCharsets.UTF_8);
						attributes.put(field.getKey(), text);
						textBytes += Utf8.length(field.getKey()) + Utf8.length(text, field.getValue());
					}
				}
			}
		}
		if (foreign && data != null) {
			attributes.put("datacontenttype", "application/json");
		}
		if (!attributes.has("time")) {
			attributes.put("time", Instant.ofEpochMilli(position.major()).toString());
		}
		if (data == null) {
			defect = (defect != null) ? defect
					: (foreign ? "A field of the entry is not UTF-8" : "The entry has no field 'data'");
			data = new byte[0];
		}
		return new StreamRecord(position, WireEvent.of(attributes.build(), key, data, textBytes), defect);
	}

}
