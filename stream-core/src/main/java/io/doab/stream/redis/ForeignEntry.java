package io.doab.stream.redis;

import java.util.LinkedHashMap;
import java.util.Map;

import io.doab.stream.spi.Utf8;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.json.JsonMapper;

/**
 * An entry that somebody wrote with {@code XADD} and fields of his own: it has no payload
 * as such, its fields are the payload. None of them is taken for an attribute, whatever
 * its name: the {@code id} of an order is not that of an event.
 */
final class ForeignEntry {

	/** Every entry of ours has it, and every one of a CloudEvents SDK. */
	private static final String SPEC_VERSION = "specversion";

	private ForeignEntry() {
	}

	static boolean is(Map<String, byte[]> fields) {
		return !fields.containsKey(RedisEntries.DATA) && !fields.containsKey(SPEC_VERSION);
	}

	/**
	 * The fields as a JSON object of texts, in their order and without the partition key;
	 * null when a value is no text.
	 */
	static byte @Nullable [] data(Map<String, byte[]> fields) {
		Map<String, String> texts = LinkedHashMap.newLinkedHashMap(fields.size());
		for (Map.Entry<String, byte[]> field : fields.entrySet()) {
			if (!field.getKey().equals(RedisEntries.KEY)) {
				String text = Utf8.text(field.getValue());
				if (text == null) {
					return null;
				}
				texts.put(field.getKey(), text);
			}
		}
		return JsonMapper.shared().writeValueAsBytes(texts);
	}

}
