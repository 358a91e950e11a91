package io.doab.destinations.dashboard;

import java.net.URI;
import java.time.Instant;
import java.util.Map;

import io.doab.stream.Event;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events as the services emit them. */
final class Samples {

	static final String PAYMENTS = "payments.processed";

	static final String INVENTORY = "inventory.processed";

	static final String WEB = "web-events.processed";

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private Samples() {
	}

	static Event<JsonNode> payment(String id, String orderId, String outcome, String reason, Instant time) {
		return event(id, "payment." + outcome, orderId, time, """
				{"orderId":"%s","amount":{"value":"139.12","currency":"GBP"},"reason":%s,
				 "customer":{"id":"17850","email":"c17850@example.com","country":"GB"},"card":{"last4":"4242"}}"""
			.formatted(orderId, reason.isEmpty() ? "null" : "\"" + reason + "\""));
	}

	static Event<JsonNode> goods(String id, String orderId, String outcome, Instant time) {
		return event(id, "inventory." + outcome, orderId, time, """
				{"orderId":"%s","lines":[{"sku":"85123A","quantity":6},{"sku":"71053","quantity":2}]}"""
			.formatted(orderId));
	}

	static Event<JsonNode> web(String id, int status, Instant time) {
		return event(id, "web.request", "visitor", time, "{\"status\":" + status + ",\"path\":\"/\"}");
	}

	private static Event<JsonNode> event(String id, String type, String key, Instant time, String data) {
		return new Event<>(id, type, URI.create("urn:test"), time, key, JSON.readTree(data), Map.of());
	}

}
