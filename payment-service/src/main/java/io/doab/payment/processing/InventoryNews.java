package io.doab.payment.processing;

import org.jspecify.annotations.Nullable;

/**
 * What payments need to know of {@code inventory.processed}.
 */
record InventoryNews(String orderId, @Nullable String reason) {

	/** The stream. */
	static final String STREAM = "inventory.processed";

	/** The type of an order that could not be reserved. */
	static final String REJECTED = "inventory.rejected";

	/** The reason of an order that was not paid in time. */
	static final String PAYMENT_TIMEOUT = "payment_timeout";

	/** The reason of an order whose payment was declined. */
	static final String PAYMENT_DECLINED = "payment_declined";

}
