package io.doab.inventory.reservation;

import java.util.List;

import io.doab.inventory.stock.Line;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

/**
 * The payload of the stream {@code inventory.processed}.
 *
 * @param reason why it was rejected
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record InventoryResult(String orderId, List<Line> lines, @Nullable String reason) {

	/** The stream. */
	static final String STREAM = "inventory.processed";

	static final String RESERVED = "inventory.reserved";

	static final String REJECTED = "inventory.rejected";

	static final String RETURNED = "inventory.returned";

	static final String PAYMENT_DECLINED = "payment_declined";

	static final String PAYMENT_TIMEOUT = "payment_timeout";

}
