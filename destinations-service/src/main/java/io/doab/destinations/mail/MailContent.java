package io.doab.destinations.mail;

import java.time.Instant;
import java.util.Optional;

import io.doab.stream.Event;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * What a mail tells. Kept as state while the address of its order is not known: fields
 * may be added, not renamed.
 *
 * @param eventId the event that it tells of
 * @param card the last digits of the card
 */
record MailContent(String eventId, MailKind kind, String order, String reason, @Nullable String amount,
		@Nullable String currency, @Nullable String card, Instant time) {

	/** What is told of an event, if anything is. */
	static Optional<MailContent> of(Event<JsonNode> event) {
		JsonNode data = event.data();
		if (data.path("request").asString("").equals("return")) {
			// What cannot be taken back the shop talks about with the customer.
			return Optional.empty();
		}
		String reason = data.path("reason").asString("");
		return MailKind.of(event.type(), reason)
			.map((kind) -> new MailContent(event.id(), kind, data.path("orderId").asString(orderOf(event)), reason,
					text(data, "/amount/value"), text(data, "/amount/currency"), text(data, "/card/last4"),
					event.time()));
	}

	private static String orderOf(Event<JsonNode> event) {
		String key = event.key();
		return (key != null) ? key : "";
	}

	static @Nullable String text(JsonNode data, String pointer) {
		JsonNode value = data.at(pointer);
		return value.isValueNode() && !value.isNull() ? value.asString() : null;
	}

	String subject() {
		return this.kind.subject(this.order);
	}

}
