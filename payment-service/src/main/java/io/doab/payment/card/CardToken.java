package io.doab.payment.card;

import java.util.Locale;

/**
 * What stands for a card number everywhere behind the door. It carries what later steps
 * need to know, and the number's keyed hash as the card's identity; nobody gets from it
 * to the number.
 *
 * @param luhnValid whether the number's check digit is right
 * @param outcome what the sandbox gateway answers to it
 * @param identity equal for equal numbers, under one key
 */
public record CardToken(CardBrand brand, String last4, boolean luhnValid, SandboxOutcome outcome, String identity) {

	private static final String PREFIX = "tok1";

	/** The form in which events carry it. */
	public String text() {
		return String.join(".", PREFIX, this.brand.label(), this.last4, this.luhnValid ? "valid" : "invalid",
				this.outcome.name().toLowerCase(Locale.ROOT), this.identity);
	}

	/**
	 * Reads what {@link #text()} wrote.
	 * @throws IllegalArgumentException when it is something else
	 */
	public static CardToken parse(String text) {
		String[] parts = text.split("\\.", -1);
		if (parts.length != 6 || !parts[0].equals(PREFIX)) {
			throw new IllegalArgumentException("Not a card token of version 1");
		}
		return new CardToken(CardBrand.ofLabel(parts[1]), parts[2], parts[3].equals("valid"),
				SandboxOutcome.valueOf(parts[4].toUpperCase(Locale.ROOT)), parts[5]);
	}

}
