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

	/** The bytes that it takes, roughly, for limits. */
	public int size() {
		int size = this.data.length;
		for (Map.Entry<String, String> attribute : this.attributes.entrySet()) {
			size += attribute.getKey().length() + attribute.getValue().length() + 8;
		}
		return (this.key != null) ? size + this.key.length() : size;
	}

}
