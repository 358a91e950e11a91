package io.doab.webevents.log;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The text of a quoted field: quotes and backslashes escaped by a backslash (Apache), and
 * bytes of UTF-8 as {@code \xhh} (nginx, Apache). What stands for a control character,
 * but a tab, stays as it is written: it is to break nobody's lines.
 */
final class EscapedText {

	/** Of a byte as {@code \xhh}. */
	private static final int BYTE_LENGTH = 4;

	private EscapedText() {
	}

	/**
	 * Where the quote is that closes a field, or -1 where there is none.
	 * @param from where the field has its first backslash, or before
	 */
	static int end(String line, int from) {
		for (int i = from; i < line.length(); i++) {
			char c = line.charAt(i);
			if (c == '"') {
				return i;
			}
			if (c == '\\') {
				i++;
			}
		}
		return -1;
	}

	/** What a text with escapes stands for. */
	static String read(String written) {
		StringBuilder text = new StringBuilder(written.length());
		int i = 0;
		while (i < written.length()) {
			char c = written.charAt(i);
			if (c != '\\' || i + 1 == written.length()) {
				text.append(c);
				i++;
			}
			else if (byteAt(written, i) >= 0) {
				i = readBytes(written, i, text);
			}
			else {
				appendEscaped(written.charAt(i + 1), text);
				i += 2;
			}
		}
		return text.toString();
	}

	private static void appendEscaped(char escaped, StringBuilder text) {
		switch (escaped) {
			case 't' -> text.append('\t');
			case 'b', 'n', 'r', 'v' -> text.append('\\').append(escaped);
			default -> text.append(escaped);
		}
	}

	/** Bytes in a row are one text: a character may need several. */
	private static int readBytes(String written, int from, StringBuilder text) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		int i = from;
		for (int next = byteAt(written, i); next >= 0; next = byteAt(written, i)) {
			bytes.write(next);
			i += BYTE_LENGTH;
		}
		String read = bytes.toString(StandardCharsets.UTF_8);
		for (int c = 0; c < read.length(); c++) {
			append(read.charAt(c), text);
		}
		return i;
	}

	/** Control characters have one byte. */
	private static void append(char c, StringBuilder text) {
		if (Character.isISOControl(c) && c != '\t') {
			text.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xf, 16));
		}
		else {
			text.append(c);
		}
	}

	/** The byte that {@code \xhh} stands for, or -1 where there is none. */
	private static int byteAt(String written, int i) {
		if (i + BYTE_LENGTH > written.length() || !written.startsWith("\\x", i)) {
			return -1;
		}
		int high = Character.digit(written.charAt(i + 2), 16);
		int low = Character.digit(written.charAt(i + 3), 16);
		return (high >= 0 && low >= 0) ? high * 16 + low : -1;
	}

}
