package io.doab.stream.spi;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * An event as it is stored: CloudEvents attributes as text, the payload as bytes.
 * Immutable, if the caller leaves alone what was passed. No two are equal.
 */
public final class WireEvent {

	private static final int BYTES_BESIDE_ATTRIBUTE = 8;

	private final Map<String, String> attributes;

	private final @Nullable String key;

	private final byte[] data;

	/** Negative until somebody asks; threads that ask at once find the same. */
	private int size;

	/**
	 * Creates an event.
	 * @param attributes by name, without {@code partitionkey}; what the backend does not
	 * know it stores all the same
	 * @param key the {@code partitionkey}, or null
	 * @param data the payload, never changed by anyone
	 */
	public WireEvent(Map<String, String> attributes, @Nullable String key, byte[] data) {
		this(attributes, key, data, -1);
	}

	/**
	 * The same for who has met the bytes of all of it.
	 * @param textBytes those of the names and values of the attributes and of the key
	 */
	public static WireEvent of(Map<String, String> attributes, @Nullable String key, byte[] data, int textBytes) {
		return new WireEvent(attributes, key, data,
				data.length + textBytes + attributes.size() * BYTES_BESIDE_ATTRIBUTE);
	}

	private WireEvent(Map<String, String> attributes, @Nullable String key, byte[] data, int size) {
		this.attributes = attributes;
		this.key = key;
		this.data = data;
		this.size = size;
	}

	public Map<String, String> attributes() {
		return this.attributes;
	}

	public @Nullable String key() {
		return this.key;
	}

	public byte[] data() {
		return this.data;
	}

	/** The bytes that it takes, with a little for what holds them, for limits. */
	public int size() {
		int known = this.size;
		if (known < 0) {
			known = measure();
			this.size = known;
		}
		return known;
	}

	private int measure() {
		int measured = this.data.length + this.attributes.size() * BYTES_BESIDE_ATTRIBUTE;
		for (Map.Entry<String, String> attribute : this.attributes.entrySet()) {
			measured += utf8Length(attribute.getKey()) + utf8Length(attribute.getValue());
		}
		return (this.key != null) ? measured + utf8Length(this.key) : measured;
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

	@Override
	public String toString() {
		return "event " + this.attributes.get("id") + " of key " + this.key + ", " + this.data.length + " bytes";
	}

}
