package io.doab.payment.processing;

import java.util.Locale;

/**
 * Why a payment is declined, as far as this service decides it: the gateway has reasons
 * of its own, such as insufficient_funds.
 */
public enum DeclineReason {

	/** The number's check digit is wrong. */
	CARD_INVALID,

	/** The card's last month has passed. */
	CARD_EXPIRED,

	/** A fraud rule suspects it. */
	FRAUD_SUSPECTED,

	/** The fraud rules gave no answer for a long time. */
	NOT_EXAMINED,

	/** The order has been charged before and not refunded. */
	ALREADY_PAID,

	/** The refund asks for more than what is left of the charge. */
	REFUND_EXCEEDS_CHARGE,

	/** The refund is of another currency than the charge. */
	CURRENCY_MISMATCH,

	/** Too much of the order waits already for a charge to be examined. */
	ORDER_BUSY;

	/** The name as events carry it. */
	public String label() {
		return name().toLowerCase(Locale.ROOT);
	}

}
