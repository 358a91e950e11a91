package io.doab.inventory.reservation;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

/**
 * What the inventory needs to know of {@code payments.processed}.
 */
record PaymentNews(String orderId, Amount amount, @Nullable String authorizationId) {

	/** The stream. */
	static final String STREAM = "payments.processed";

	static final String AUTHORIZED = "payment.authorized";

	static final String DECLINED = "payment.declined";

	static final String REFUNDED = "payment.refunded";

	/** An amount; all of an order are of one currency. */
	record Amount(BigDecimal value) {
	}

}
