package io.doab.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Text that came from outside, to be shown.
 */
final class Text {

	private Text() {
	}

	/** The text of bytes, if they are UTF-8. */
	static Optional<String> of(byte[] bytes) {
		try {
			return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
		}
		catch (CharacterCodingException ex) {
			return Optional.empty();
		}
	}

	/** On one line, and with nothing in it that commands a terminal. */
	static String printable(String text) {
		StringBuilder printable = new StringBuilder(text.length());
		text.codePoints().forEach((character) -> {
			int type = Character.getType(character);
			if (type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR
					|| type == Character.PARAGRAPH_SEPARATOR || type == Character.SURROGATE) {
				printable.append(String.format("\\u%04x", character));
			}
			else {
				printable.appendCodePoint(character);
			}
		});
		return printable.toString();
	}

}
