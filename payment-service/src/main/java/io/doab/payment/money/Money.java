package io.doab.payment.money;

import java.math.BigDecimal;
import java.util.Currency;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * An amount of a currency, with exactly as many decimals as the currency has. Its JSON
 * form carries the amount as a string, for a number in JSON may lose digits.
 *
 * @param value the amount, such as {@code 139.12}
 * @param currency the ISO 4217 code
 */
public record Money(String value, String currency) {

	public Money {
		BigDecimal exact = new BigDecimal(value);
		int decimals = decimals(currency);
		if (exact.stripTrailingZeros().scale() > decimals) {
			throw new IllegalArgumentException(currency + " has " + decimals + " decimals");
		}
		value = exact.setScale(decimals).toPlainString();
	}

	/** How many decimals a currency has. */
	public static int decimals(String currency) {
		return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
	}

	public static Money zero(String currency) {
		return new Money("0", currency);
	}

	/** The amount for calculations. */
	@JsonIgnore
	public BigDecimal amount() {
		return new BigDecimal(this.value);
	}

	public Money plus(Money other) {
		requireSameCurrency(other);
		return new Money(amount().add(other.amount()).toPlainString(), this.currency);
	}

	public Money minus(Money other) {
		requireSameCurrency(other);
		return new Money(amount().subtract(other.amount()).toPlainString(), this.currency);
	}

	public boolean isMoreThan(Money other) {
		requireSameCurrency(other);
		return amount().compareTo(other.amount()) > 0;
	}

	private void requireSameCurrency(Money other) {
		if (!this.currency.equals(other.currency)) {
			throw new IllegalArgumentException(
					"Amounts of " + this.currency + " and " + other.currency + " do not go together");
		}
	}

}
