package io.doab.stream.spi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Text that has to be what it says: of bytes that are not UTF-8 nothing is made up.
 */
public final class Utf8 {

	private Utf8() {
	}

	/** The text of the bytes, or null when they are not UTF-8. */
	public static @Nullable String text(byte[] bytes) {
		for (byte one : bytes) {
			if (one < 0) {
				return decoded(bytes);
			}
		}
		return new String(bytes, StandardCharsets.US_ASCII);
	}

	private static @Nullable String decoded(byte[] bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

}
