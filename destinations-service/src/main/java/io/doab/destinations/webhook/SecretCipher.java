package io.doab.destinations.webhook;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

import io.doab.destinations.webhook.call.SigningSecret;

/**
 * Keeps signing secrets from whoever reads the database: AES-GCM under a key that is
 * derived (HKDF) from a text in the environment. What is encrypted for a subscription can
 * be decrypted for that one alone.
 */
final class SecretCipher {

	private static final byte VERSION = 1;

	private static final int NONCE_BYTES = 12;

	private static final int TAG_BITS = 128;

	private static final SecureRandom RANDOM = new SecureRandom();

	private final SecretKey key;

	SecretCipher(String text) {
		try {
			this.key = KDF.getInstance("HKDF-SHA256")
				.deriveKey("AES",
						HKDFParameterSpec.ofExtract()
							.addIKM(text.getBytes(StandardCharsets.UTF_8))
							.thenExpand("doab webhook secrets 1".getBytes(StandardCharsets.UTF_8), 32));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java 25 has HKDF with SHA-256", ex);
		}
	}

	byte[] encrypt(String subscription, SigningSecret secret) {
		byte[] nonce = new byte[NONCE_BYTES];
		RANDOM.nextBytes(nonce);
		try {
			byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, subscription, nonce).doFinal(secret.bytes());
			return ByteBuffer.allocate(1 + NONCE_BYTES + encrypted.length)
				.put(VERSION)
				.put(nonce)
				.put(encrypted)
				.array();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("A secret could not be encrypted", ex);
		}
	}

	/**
	 * Decrypts what {@link #encrypt} gave.
	 * @throws IllegalStateException when it was encrypted under another key, for another
	 * subscription, or by a newer program
	 */
	SigningSecret decrypt(String subscription, byte[] stored) {
		ByteBuffer buffer = ByteBuffer.wrap(stored);
		byte version = buffer.get();
		if (version != VERSION) {
			throw new IllegalStateException(
					"The secret of webhook subscription " + subscription + " has format version " + version
							+ "; this program reads " + VERSION + ". Run the newer program that wrote it");
		}
		byte[] nonce = new byte[NONCE_BYTES];
		buffer.get(nonce);
		byte[] encrypted = new byte[buffer.remaining()];
		buffer.get(encrypted);
		try {
			return SigningSecret.of(cipher(Cipher.DECRYPT_MODE, subscription, nonce).doFinal(encrypted));
		}
		catch (AEADBadTagException ex) {
			throw new IllegalStateException("The secret of webhook subscription " + subscription
					+ " cannot be decrypted: destinations.webhooks.key (DOAB_WEBHOOK_KEY) is not the key that it was"
					+ " stored under. Set that one", ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("A secret could not be decrypted", ex);
		}
	}

	private Cipher cipher(int mode, String subscription, byte[] nonce) throws GeneralSecurityException {
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(mode, this.key, new GCMParameterSpec(TAG_BITS, nonce));
		cipher.updateAAD(subscription.getBytes(StandardCharsets.UTF_8));
		return cipher;
	}

}
