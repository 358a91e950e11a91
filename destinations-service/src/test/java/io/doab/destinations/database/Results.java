package io.doab.destinations.database;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.doab.stream.Event;

/** Results as the services publish them. */
public final class Results {

	private Results() {
	}

	public static List<Event<Map<String, ?>>> webRequests(int from, int to) {
		return IntStream.range(from, to).mapToObj(Results::webRequest).toList();
	}

	public static Event<Map<String, ?>> webRequest(int number) {
		Map<String, Object> data = new LinkedHashMap<>();
		data.put("time", Instant.ofEpochSecond(1_700_000_000L + number).toString());
		data.put("visitor", "visitor-" + number % 1_000);
		data.put("session", "session-" + number % 5_000);
		data.put("method", "GET");
		data.put("path", "/products/" + number % 300 + "?from=newsletter");
		data.put("status", 200);
		data.put("bytes", 5_120 + number);
		data.put("referrer", "https://search.example/?q=candle+holder");
		data.put("userAgent", Map.of("family", "Firefox", "os", "Linux", "device", "Other", "bot", false));
		Event<Map<String, ?>> event = Event.of("web.request", "visitor-" + number % 1_000, data);
		return event.withId("web-" + number);
	}

	public static List<Event<Map<String, ?>>> payments(int from, int to) {
		return IntStream.range(from, to).mapToObj(Results::payment).toList();
	}

	public static Event<Map<String, ?>> payment(int number) {
		Map<String, Object> data = new LinkedHashMap<>();
		data.put("orderId", "order-" + number);
		data.put("amount", Map.of("value", number % 500 + ".95", "currency", "GBP"));
		data.put("customer",
				Map.of("id", "1" + number % 4_000, "email", "c" + number % 4_000 + "@example.com", "country", "GB"));
		data.put("card", Map.of("token", "tok_0123456789abcdef", "last4", "4242", "brand", "visa"));
		data.put("authorizationId", "auth-" + number);
		Event<Map<String, ?>> event = Event.of("payment.authorized", "order-" + number, data);
		return event.withId("payment-" + number);
	}

}
