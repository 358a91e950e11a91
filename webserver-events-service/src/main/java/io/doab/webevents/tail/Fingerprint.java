package io.doab.webevents.tail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * What tells the content of a log from that of another, under whatever name: a hash of
 * its first line, which never changes once it is there. The client is left out of it: ids
 * are made of fingerprints, and who has all the rest of the line is not to find out the
 * address by trying.
 */
final class Fingerprint {

	/** Of a longer line its beginning. */
	private static final int MAX_BYTES = 1_024;

	private Fingerprint() {
	}

	/** The fingerprint, or null while there is no whole line. */
	static @Nullable String of(LogSource source) throws IOException {
		ByteBuffer begin = ByteBuffer.allocate(MAX_BYTES);
		source.read(0, begin);
		int length = 0;
		while (length < begin.position() && begin.get(length) != '\n') {
			length++;
		}
		return (length < begin.position() || length == MAX_BYTES) ? hash(begin.array(), length) : null;
	}

	/** Where the time begins, or at least the client ends. */
	private static int from(byte[] line, int length) {
		int space = -1;
		for (int i = 0; i + 1 < length; i++) {
			if (line[i] == ' ' && line[i + 1] == '[') {
				return i;
			}
			space = (space < 0 && line[i] == ' ') ? i : space;
		}
		return Math.max(0, space);
	}

	private static String hash(byte[] bytes, int length) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			int from = from(bytes, length);
			digest.update(bytes, from, length - from);
			return HexFormat.of().formatHex(digest.digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

}
