package io.doab.payment.card;

import java.util.Arrays;
import java.util.Locale;

/**
 * The brand of a card, told by the first digits of its number: ranges of issuer
 * identification numbers (ISO/IEC 7812) as the networks publish them. Where two networks
 * share a range, the one that issues most of it is named.
 *
 * <p>
 * A brand says nothing about whether a number is good: networks add lengths and ranges,
 * and whoever authorises the charge knows better than a table.
 */
public enum CardBrand {

	VISA("4"),

	MASTERCARD("51-55", "2221-2720"),

	AMEX("34", "37"),

	DISCOVER("6011", "644-649", "65"),

	DINERS("300-305", "3095", "36", "38-39"),

	JCB("3528-3589"),

	UNIONPAY("62", "8100-8171"),

	MAESTRO("5018", "5020", "5038", "5893", "6304", "6759", "6761-6763"),

	MIR("2200-2204"),

	OTHER;

	private static final int LONGEST_PREFIX = 4;

	@SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
	private final Range[] ranges;

	CardBrand(String... ranges) {
		this.ranges = Arrays.stream(ranges).map(Range::of).toArray(Range[]::new);
	}

	/**
	 * The brand of a number of at least six digits. The longest range that a number is in
	 * decides.
	 */
	static CardBrand of(String number) {
		for (int digits = LONGEST_PREFIX; digits > 0; digits--) {
			int prefix = Integer.parseInt(number, 0, digits, 10);
			for (CardBrand brand : values()) {
				if (brand.has(digits, prefix)) {
					return brand;
				}
			}
		}
		return OTHER;
	}

	/** The brand of that label; {@link #OTHER} for one that a newer version knows. */
	static CardBrand ofLabel(String label) {
		return Arrays.stream(values()).filter((brand) -> brand.label().equals(label)).findFirst().orElse(OTHER);
	}

	private boolean has(int digits, int prefix) {
		for (Range range : this.ranges) {
			if (range.has(digits, prefix)) {
				return true;
			}
		}
		return false;
	}

	/** The name as events carry it. */
	public String label() {
		return name().toLowerCase(Locale.ROOT);
	}

	/** Numbers that begin with so many digits between two values. */
	private record Range(int digits, int first, int last) {

		static Range of(String text) {
			String[] ends = text.split("-", -1);
			return new Range(ends[0].length(), Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
		}

		boolean has(int prefixDigits, int prefix) {
			return prefixDigits == this.digits && this.first <= prefix && prefix <= this.last;
		}

	}

}
