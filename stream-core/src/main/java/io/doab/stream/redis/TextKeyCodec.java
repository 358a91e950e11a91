package io.doab.stream.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.lettuce.core.codec.RedisCodec;

/**
 * Keys and field names as text, values as bytes.
 */
final class TextKeyCodec implements RedisCodec<String, byte[]> {

	static final TextKeyCodec INSTANCE = new TextKeyCodec();

	private TextKeyCodec() {
	}

	@Override
	public String decodeKey(ByteBuffer bytes) {
		return StandardCharsets.UTF_8.decode(bytes).toString();
	}

	@Override
	public byte[] decodeValue(ByteBuffer bytes) {
		byte[] value = new byte[bytes.remaining()];
		bytes.get(value);
		return value;
	}

	@Override
	public ByteBuffer encodeKey(String key) {
		return ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
	}

	@Override
	public ByteBuffer encodeValue(byte[] value) {
		return ByteBuffer.wrap(value);
	}

}
