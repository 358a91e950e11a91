package io.doab.stream.redis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The Lua scripts, each beside its explanation in a file of its own.
 */
enum RedisScript {

	ACQUIRE, RENEW, RELEASE, HEARTBEAT, CLAIM, TRIM, COMMIT("templates"), RELAY, BACKLOG, RESET, PUBLISH("templates"),
	QUEUE_OPEN, QUEUE_CLAIM, QUEUE_RENEW, QUEUE_ACKNOWLEDGE, QUEUE_RELEASE, QUEUE_REJECT, QUEUE_LEAVE;

	@SuppressWarnings("ImmutableEnumChecker") // never given out
	private final byte[] text;

	private final String digest;

	/**
	 * Reads one.
	 * @param shared files that its text begins with
	 */
	RedisScript(String... shared) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		for (String file : shared) {
			all.writeBytes(read(file));
		}
		all.writeBytes(read(name().toLowerCase(Locale.ROOT)));
		this.text = all.toByteArray();
		try {
			this.digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(this.text));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-1", ex);
		}
	}

	private static byte[] read(String file) {
		try (InputStream in = RedisScript.class.getResourceAsStream(file + ".lua")) {
			if (in == null) {
				throw new IllegalStateException("Script " + file + ".lua is missing from the jar");
			}
			return in.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	byte[] text() {
		return this.text.clone();
	}

	String digest() {
		return this.digest;
	}

}
