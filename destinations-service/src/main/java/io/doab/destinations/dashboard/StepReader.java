package io.doab.destinations.dashboard;

import java.math.BigDecimal;

import io.doab.stream.Event;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * Reads steps out of events. It takes what it finds: an event of another form is counted
 * as well.
 */
final class StepReader {

	private static final int MAX_CHARS = 200;

	private static final int SHOWN_CHARS = 2;

	private StepReader() {
	}

	static Step read(String stream, Event<JsonNode> event) {
		JsonNode data = event.data();
		@Nullable String orderId = text(data, "/orderId");
		String reason = text(data, "/reason");
		return new Step(event.id(), stream, orderId, cut(event.type()), (reason != null) ? reason : statusClass(data),
				decimal(data, "/amount/value"), text(data, "/amount/currency"), masked(text(data, "/customer/id")),
				pieces(data.at("/lines")), event.time());
	}

	private static String statusClass(JsonNode data) {
		int status = data.at("/status").asInt(0);
		return (status >= 100 && status < 600) ? status / 100 + "xx" : "";
	}

	private static @Nullable String masked(@Nullable String customer) {
		if (customer == null) {
			return null;
		}
		return ((customer.length() > 2 * SHOWN_CHARS) ? customer.substring(0, SHOWN_CHARS) : "") + "…";
	}

	private static @Nullable Long pieces(JsonNode lines) {
		if (!lines.isArray()) {
			return null;
		}
		long pieces = 0;
		for (JsonNode line : lines) {
			pieces += line.path("quantity").asLong(0);
		}
		return pieces;
	}

	private static @Nullable BigDecimal decimal(JsonNode data, String pointer) {
		try {
			String text = text(data, pointer);
			return (text != null) ? new BigDecimal(text) : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	private static @Nullable String text(JsonNode data, String pointer) {
		JsonNode node = data.at(pointer);
		return node.isValueNode() && !node.isNull() ? cut(node.asString()) : null;
	}

	/** A text that the database takes: short enough for a key, and without zeros. */
	private static String cut(String text) {
		String clean = text.replace("\0", "");
		return clean.substring(0, Math.min(clean.length(), MAX_CHARS));
	}

}
