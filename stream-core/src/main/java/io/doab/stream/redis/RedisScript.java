package io.doab.stream.redis;

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

	ACQUIRE, RENEW, RELEASE, HEARTBEAT, CLAIM, TRIM, COMMIT, RELAY, BACKLOG, RESET, PUBLISH, QUEUE_OPEN, QUEUE_CLAIM,
	QUEUE_RENEW, QUEUE_ACKNOWLEDGE, QUEUE_RELEASE, QUEUE_REJECT, QUEUE_LEAVE;

	@SuppressWarnings("ImmutableEnumChecker") // never given out
	private final byte[] text;

	private final String digest;

	RedisScript() {
		String file = name().toLowerCase(Locale.ROOT) + ".lua";
		try (InputStream in = RedisScript.class.getResourceAsStream(file)) {
			if (in == null) {
				throw new IllegalStateException("Script " + file + " is missing from the jar");
			}
			this.text = in.readAllBytes();
			this.digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(this.text));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-1", ex);
		}
	}

	byte[] text() {
		return this.text.clone();
	}

	String digest() {
		return this.digest;
	}

}
