package io.doab.payment.fraud;

import java.util.Locale;

/**
 * What can suspect a charge.
 */
public enum FraudRule {

	/** The sandbox's number for it. */
	SANDBOX,

	/** Too many charges of the card within a window. */
	CARD_VELOCITY,

	/** Too many charges of the customer within a window. */
	CUSTOMER_VELOCITY,

	/** Far more than the customer has ever paid lately. */
	AMOUNT,

	/** A country from which the customer has never paid. */
	COUNTRY;

	/** The name as events carry it. */
	public String label() {
		return name().toLowerCase(Locale.ROOT);
	}

}
