package io.doab.stream.spi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Text as UTF-8: how many bytes it takes, and whether bytes are any.
 */
public final class Utf8 {

	private Utf8() {
	}

	/** The text of the bytes, or null when they are not UTF-8. */
	public static @Nullable String text(byte[] bytes) {
		if (isAscii(bytes)) {
			return new String(bytes, StandardCharsets.US_ASCII);
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	/**
	 * How many bytes a text takes that was made of others, which need not be UTF-8: what
	 * is none was replaced, and takes more.
	 */
	public static int length(String text, byte[] madeOf) {
		return isAscii(madeOf) ? madeOf.length : length(text);
	}

	/** How many bytes a text takes. */
	public static int length(String text) {
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

	private static boolean isAscii(byte[] bytes) {
		int all = 0;
		for (byte one : bytes) {
			all |= one;
		}
		return all >= 0;
	}

}
