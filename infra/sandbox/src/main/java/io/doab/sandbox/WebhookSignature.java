package io.doab.sandbox;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * The symmetric signature of the Standard Webhooks specification: HMAC-SHA256 over id,
 * timestamp and body.
 */
final class WebhookSignature {

	private static final String PREFIX = "whsec_";

	private final SecretKeySpec key;

	/**
	 * Knows the secret.
	 * @throws IllegalArgumentException when it is not Base64 after {@code whsec_}
	 */
	WebhookSignature(String secret) {
		String encoded = secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret;
		this.key = new SecretKeySpec(Base64.getDecoder().decode(encoded), "HmacSHA256");
	}

	/** {@code valid}, {@code wrong}, or {@code missing}. */
	String check(Request request) {
		@Nullable String id = request.header("webhook-id");
		@Nullable String timestamp = request.header("webhook-timestamp");
		@Nullable String signatures = request.header("webhook-signature");
		if (id == null || timestamp == null || signatures == null) {
			return "missing";
		}
		byte[] expected = ("v1," + Base64.getEncoder().encodeToString(sign(id, timestamp, request.body())))
			.getBytes(StandardCharsets.UTF_8);
		for (String signature : signatures.split(" ", -1)) {
			if (MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8))) {
				return "valid";
			}
		}
		return "wrong";
	}

	private byte[] sign(String id, String timestamp, byte[] body) {
		try {
			Mac mac = Mac.getInstance(this.key.getAlgorithm());
			mac.init(this.key);
			mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
			return mac.doFinal(body);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java has HmacSHA256", ex);
		}
	}

}
