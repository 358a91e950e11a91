package io.doab.stream.rest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Values of {@code ce-} headers: CloudEvents 1.0, HTTP protocol binding, 3.1.3.2. What is
 * in quotes is taken out of them, as older senders put it there; then each {@code %hh} is
 * a byte of UTF-8. A percent sign that no two digits follow stands for itself.
 */
final class CloudEventHeader {

	private CloudEventHeader() {
	}

	static String decode(String value) {
		return percentDecode(unquote(value.strip()));
	}

	private static String unquote(String value) {
		if (value.length() < 2 || value.charAt(0) != '"' || value.charAt(value.length() - 1) != '"') {
			return value;
		}
		StringBuilder plain = new StringBuilder();
		for (int i = 1; i < value.length() - 1; i++) {
			boolean escape = value.charAt(i) == '\\' && i + 1 < value.length() - 1;
			plain.append(value.charAt(escape ? ++i : i));
		}
		return plain.toString();
	}

	private static String percentDecode(String value) {
		if (value.indexOf('%') < 0) {
			return value;
		}
		byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
		ByteArrayOutputStream decoded = new ByteArrayOutputStream(encoded.length);
		for (int i = 0; i < encoded.length; i++) {
			int high = digit(encoded, i + 1);
			int low = digit(encoded, i + 2);
			if (encoded[i] == '%' && high >= 0 && low >= 0) {
				decoded.write(high * 16 + low);
				i += 2;
			}
			else {
				decoded.write(encoded[i]);
			}
		}
		return decoded.toString(StandardCharsets.UTF_8);
	}

	private static int digit(byte[] encoded, int at) {
		return (at < encoded.length) ? Character.digit(encoded[at], 16) : -1;
	}

}
