package io.doab.stream;

import io.doab.stream.error.InvalidEventException;

/**
 * Turns payloads and state values into bytes and back. Safe for use by many threads.
 */
public interface PayloadCodec {

	/**
	 * The media type of what {@link #encode} gives, an event's {@code datacontenttype}.
	 */
	String contentType();

	/**
	 * Encodes a value.
	 * @throws InvalidEventException when its type cannot be encoded
	 */
	byte[] encode(Object value);

	/**
	 * Decodes a value.
	 * @throws InvalidEventException when the bytes are not of that type. The message must
	 * not repeat the bytes: they may hold what no log may hold
	 */
	<T> T decode(byte[] bytes, Class<T> type);

}
