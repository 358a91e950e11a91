package io.doab.destinations.dashboard;

import java.math.BigDecimal;
import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

/**
 * What the dashboard keeps of an event.
 *
 * @param orderId of which order it is a step, if of one
 * @param reason why it is so, or empty; of a web request the class of its status
 * @param customer enough to tell customers apart on a screen, and no more
 * @param pieces how many pieces of goods it is about
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Step(@JsonIgnore String eventId, String stream, @Nullable String orderId, String type, String reason,
		@Nullable BigDecimal amount, @Nullable String currency, @Nullable String customer, @Nullable Long pieces,
		Instant occurredAt) {

	boolean isOfOrder() {
		return this.orderId != null;
	}

	/** The type without its subject: {@code authorized} of {@code payment.authorized}. */
	@JsonIgnore
	String outcome() {
		return this.type.substring(this.type.indexOf('.') + 1);
	}

}
