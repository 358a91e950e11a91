package io.doab.payment.processing;

import java.util.Locale;

/**
 * Why a payment is declined.
 */
public enum DeclineReason {

	/** The number's check digit is wrong. */
	CARD_INVALID,

	/** The card's last month has passed. */
	CARD_EXPIRED,

	/** A fraud rule suspects it. */
	FRAUD_SUSPECTED,

	/** The gateway refuses for lack of money. */
	INSUFFICIENT_FUNDS,

	/** The order has been charged before and not refunded. */
	ALREADY_PAID,

	/** The refund asks for more than what is left of the charge. */
	REFUND_EXCEEDS_CHARGE;

	/** The name as events carry it. */
	public String label() {
		return name().toLowerCase(Locale.ROOT);
	}

}
