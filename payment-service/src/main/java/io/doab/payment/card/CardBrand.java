package io.doab.payment.card;

import java.util.Locale;

/**
 * The brand of a card, told by the first digits of its number (ISO/IEC 7812 issuer
 * identification numbers).
 */
public enum CardBrand {

	VISA, MASTERCARD, AMEX, DISCOVER, OTHER;

	/** The brand of a number of at least six digits. */
	static CardBrand of(String number) {
		int two = Integer.parseInt(number.substring(0, 2));
		int four = Integer.parseInt(number.substring(0, 4));
		if (number.charAt(0) == '4') {
			return VISA;
		}
		if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) {
			return MASTERCARD;
		}
		if (two == 34 || two == 37) {
			return AMEX;
		}
		return (four == 6011 || two == 65) ? DISCOVER : OTHER;
	}

	/** The name as events carry it. */
	public String label() {
		return name().toLowerCase(Locale.ROOT);
	}

}
