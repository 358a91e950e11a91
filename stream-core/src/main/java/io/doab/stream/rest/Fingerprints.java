package io.doab.stream.rest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import io.doab.stream.Event;
import io.doab.stream.PayloadCodec;

/**
 * Tells whether two requests ask for the same: a hash of what they would publish. Not of
 * the body itself, for that may hold what must not be kept in any form.
 */
final class Fingerprints {

	private final PayloadCodec payloads;

	Fingerprints(PayloadCodec payloads) {
		this.payloads = payloads;
	}

	String of(Event<?> event) {
		try {
			MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
			sha256.update(event.type().getBytes(StandardCharsets.UTF_8));
			sha256.update((byte) 0);
			sha256.update(String.valueOf(event.key()).getBytes(StandardCharsets.UTF_8));
			sha256.update((byte) 0);
			sha256.update(this.payloads.encode(event.data()));
			return HexFormat.of().formatHex(sha256.digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

}
