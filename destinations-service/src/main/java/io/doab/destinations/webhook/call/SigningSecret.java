package io.doab.destinations.webhook.call;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a receiver and this service share, and the signature that follows from it
 * (Standard Webhooks 1.0, symmetric). No message and no log shows it: only
 * {@link #text()} does.
 */
public final class SigningSecret {

	private static final String PREFIX = "whsec_";

	private static final int MIN_BYTES = 24;

	private static final int MAX_BYTES = 64;

	private static final int RANDOM_BYTES = 32;

	private static final String ALGORITHM = "HmacSHA256";

	private static final SecureRandom RANDOM = new SecureRandom();

	private final SecretKeySpec key;

	private SigningSecret(byte[] bytes) {
		if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
			throw new IllegalArgumentException("must have " + MIN_BYTES + " to " + MAX_BYTES + " bytes before base64");
		}
		this.key = new SecretKeySpec(bytes, ALGORITHM);
	}

	/** A new one, of 256 random bits. */
	public static SigningSecret random() {
		byte[] bytes = new byte[RANDOM_BYTES];
		RANDOM.nextBytes(bytes);
		return new SigningSecret(bytes);
	}

	/**
	 * Reads {@code whsec_} and the base64 of 24 to 64 bytes.
	 * @throws IllegalArgumentException when it is something else; the message does not
	 * repeat it
	 */
	public static SigningSecret parse(String text) {
		if (!text.startsWith(PREFIX)) {
			throw new IllegalArgumentException("must start with " + PREFIX);
		}
		byte[] bytes;
		try {
			bytes = Base64.getDecoder().decode(text.substring(PREFIX.length()));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("must be base64 after " + PREFIX, ex);
		}
		return new SigningSecret(bytes);
	}

	/** The secret of these bytes. */
	public static SigningSecret of(byte[] bytes) {
		return new SigningSecret(bytes);
	}

	public byte[] bytes() {
		return this.key.getEncoded();
	}

	/** As the receiver needs it. */
	public String text() {
		return PREFIX + Base64.getEncoder().encodeToString(bytes());
	}

	/**
	 * Signs one attempt.
	 * @param id the webhook-id, without a full stop
	 * @param at the time of the attempt; whole seconds count
	 * @return {@code v1,} and the base64 of the signature
	 */
	public String sign(String id, Instant at, byte[] body) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.key);
			mac.update((id + "." + at.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8));
			return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java has HMAC with SHA-256", ex);
		}
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof SigningSecret secret && this.key.equals(secret.key);
	}

	@Override
	public int hashCode() {
		return this.key.hashCode();
	}

	@Override
	public String toString() {
		return PREFIX + "***";
	}

}
