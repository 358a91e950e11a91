package io.doab.payment.card;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.springframework.stereotype.Component;

/**
 * Replaces card numbers by tokens: HMAC-SHA-256 under a key that only the instances of
 * this service have, cut to 128 bits. Safe for use by many threads.
 */
@Component
public class CardTokenizer {

	private static final String ALGORITHM = "HmacSHA256";

	private static final String PROVIDER = "SunJCE";

	private static final int IDENTITY_BYTES = 16;

	/**
	 * Has the key, and is never used: to look one up and give it the key takes longer.
	 */
	private final Mac keyed;

	CardTokenizer(CardProperties properties) {
		try {
			// That of Java, which can be copied; another provider's need not be.
			this.keyed = Mac.getInstance(ALGORITHM, PROVIDER);
			this.keyed.init(new SecretKeySpec(properties.tokenKey().getBytes(StandardCharsets.UTF_8), ALGORITHM));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java has " + ALGORITHM, ex);
		}
	}

	/**
	 * The token of a number.
	 * @param number 12 to 19 digits
	 */
	public CardToken tokenize(String number) {
		return new CardToken(CardBrand.of(number), number.substring(number.length() - 4), isLuhnValid(number),
				SandboxOutcome.of(number), identity(number));
	}

	private String identity(String number) {
		try {
			byte[] hash = ((Mac) this.keyed.clone()).doFinal(number.getBytes(StandardCharsets.US_ASCII));
			return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, IDENTITY_BYTES));
		}
		catch (CloneNotSupportedException ex) {
			throw new IllegalStateException("That of Java can be copied", ex);
		}
	}

	/** The check of Hans Peter Luhn, ISO/IEC 7812-1 annex B. */
	static boolean isLuhnValid(String number) {
		int sum = 0;
		for (int i = 0; i < number.length(); i++) {
			int digit = number.charAt(number.length() - 1 - i) - '0';
			if (i % 2 == 1) {
				digit = (digit > 4) ? 2 * digit - 9 : 2 * digit;
			}
			sum += digit;
		}
		return sum % 10 == 0;
	}

}
