package io.doab.inventory.reservation;

import java.util.List;

import io.doab.inventory.stock.Line;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The payload of the stream {@code inventory.processed}.
 *
 * @param request what was asked for: a rejected return is no order that cannot be
 * reserved
 * @param reason why it was rejected
 * @param refund true when the order's charge, the present one or the next, is to be given
 * back; absent otherwise
 * @param authorizationId the charge that is to be given back, when it is known: no other
 * may be in its stead
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record InventoryResult(String orderId, InventoryType request, List<Line> lines, @Nullable String reason,
		@Nullable Boolean refund, @Nullable String authorizationId) {

	/** The stream. */
	static final String STREAM = "inventory.processed";

	static final String RESERVED = "inventory.reserved";

	static final String REJECTED = "inventory.rejected";

	static final String RETURNED = "inventory.returned";

	static final String PAYMENT_TIMEOUT = "payment_timeout";

	static InventoryResult done(InventoryInstruction request) {
		return new InventoryResult(request.orderId(), request.type(), request.lines(), null, null, null);
	}

	/** A rejection that leaves the order's charge alone. */
	static InventoryResult rejected(InventoryInstruction request, String reason) {
		return new InventoryResult(request.orderId(), request.type(), request.lines(), reason, null, null);
	}

	/** A rejection after which a charge of the order is to be given back. */
	static InventoryResult refunded(InventoryInstruction request, String reason, @Nullable String authorizationId) {
		return new InventoryResult(request.orderId(), request.type(), request.lines(), reason, true, authorizationId);
	}

}
