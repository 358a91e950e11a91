package io.doab.stream.spi;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * An event as it is stored: CloudEvents attributes as text, the payload as bytes.
 *
 * @param attributes by name, without {@code partitionkey}; what the backend does not know
 * it stores all the same
 * @param key the {@code partitionkey}, or null
 * @param data the payload, never changed by anyone
 */
public record WireEvent(Map<String, String> attributes, @Nullable String key, byte[] data) {

	/** The bytes that it takes, with a little for what holds them, for limits. */
	public int size() {
		int size = this.data.length;
		for (Map.Entry<String, String> attribute : this.attributes.entrySet()) {
			size += utf8Length(attribute.getKey()) + utf8Length(attribute.getValue()) + 8;
		}
		return (this.key != null) ? size + utf8Length(this.key) : size;
	}

	private static int utf8Length(String text) {
		int length = text.length();
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c >= 0x80) {
				// Of a pair each half counts two, which makes the four bytes of the pair.
				length += (c < 0x800 || Character.isSurrogate(c)) ? 1 : 2;
			}
		}
		return length;
	}

}
