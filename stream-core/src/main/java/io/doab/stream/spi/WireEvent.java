package io.doab.stream.spi;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * An event as it is stored: CloudEvents attributes as text, the payload as bytes.
 * Immutable, if the caller leaves alone what was passed. No two are equal.
 */
public final class WireEvent {

	private static final int BYTES_BESIDE_ATTRIBUTE = 8;

	private static final long MAX_BYTES_PER_CHAR = 3;

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

	/** Whether it takes more bytes than that, which nearly none does. */
	public boolean isLargerThan(int bytes) {
		int known = this.size;
		return (known >= 0) ? known > bytes : most() > bytes && size() > bytes;
	}

	/** What it would take if every character took as much as any. */
	private long most() {
		long characters = (this.key != null) ? this.key.length() : 0;
		for (Map.Entry<String, String> attribute : this.attributes.entrySet()) {
			characters += attribute.getKey().length() + attribute.getValue().length();
		}
		return this.data.length + (long) this.attributes.size() * BYTES_BESIDE_ATTRIBUTE
				+ MAX_BYTES_PER_CHAR * characters;
	}

	private int measure() {
		int measured = this.data.length + this.attributes.size() * BYTES_BESIDE_ATTRIBUTE;
		for (Map.Entry<String, String> attribute : this.attributes.entrySet()) {
			measured += Utf8.length(attribute.getKey()) + Utf8.length(attribute.getValue());
		}
		return (this.key != null) ? measured + Utf8.length(this.key) : measured;
	}

	@Override
	public String toString() {
		return "event " + this.attributes.get("id") + " of key " + this.key + ", " + this.data.length + " bytes";
	}

}
