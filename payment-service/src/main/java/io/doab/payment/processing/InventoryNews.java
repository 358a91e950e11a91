package io.doab.payment.processing;

import org.jspecify.annotations.Nullable;

/**
 * What payments need to know of {@code inventory.processed}.
 *
 * @param refund true when the order's charge is to be given back: the one that there is,
 * or else the next
 * @param authorizationId which charge that is, or null when there was none yet
 */
record InventoryNews(String orderId, @Nullable String reason, @Nullable Boolean refund,
		@Nullable String authorizationId) {

	/** The stream. */
	static final String STREAM = "inventory.processed";

	/** The type of a request that could not be done. */
	static final String REJECTED = "inventory.rejected";

}
