package io.doab.local;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

import io.doab.local.RetailFile.Invoice;

import tools.jackson.databind.json.JsonMapper;

/**
 * Invoices as the requests that a shop would send for them: a charge and a reservation
 * for an order, a refund and a return for what comes back.
 */
public final class ShopRequests {

	/** A card that every sandbox authorises. */
	public static final String GOOD_CARD = "4242424242424242";

	private static final JsonMapper JSON = new JsonMapper();

	private static final int CARDS = 100_000;

	private ShopRequests() {
	}

	/**
	 * A card that every sandbox authorises, of somebody: few share one, so that a shop
	 * can take many orders a minute. It looks and ends like the {@link #GOOD_CARD}.
	 */
	public static String goodCard(String somebody) {
		String begin = String.format(Locale.ROOT, "424242%05d", Math.floorMod(somebody.hashCode(), CARDS));
		return IntStream.range(0, 10)
			.mapToObj((digit) -> begin + digit + "4242")
			.filter(ShopRequests::isLuhnValid)
			.findFirst()
			.orElseThrow();
	}

	private static boolean isLuhnValid(String number) {
		int sum = IntStream.range(0, number.length()).map((i) -> {
			int digit = number.charAt(number.length() - 1 - i) - '0';
			return (i % 2 == 0) ? digit : digit / 5 + digit * 2 % 10;
		}).sum();
		return sum % 10 == 0;
	}

	/** The body of {@code POST /payments}. */
	public static String payment(Invoice invoice, String orderId, String card) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("orderId", orderId);
		body.put("type", invoice.isReturn() ? "refund" : "charge");
		body.put("amount", Map.of("value", invoice.total().toPlainString(), "currency", "GBP"));
		if (invoice.customer() != null) {
			body.put("customer", Map.of("id", invoice.customer(), "email", "c" + invoice.customer() + "@example.com",
					"country", invoice.country()));
		}
		body.put("card", Map.of("number", card, "expiry", "2039-12", "holder", "A CUSTOMER"));
		return JSON.writeValueAsString(body);
	}

	/** The body of {@code POST /inventory}. */
	public static String inventory(Invoice invoice, String orderId) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("orderId", orderId);
		body.put("type", invoice.isReturn() ? "return" : "reserve");
		body.put("lines",
				invoice.lines()
					.stream()
					.map((line) -> Map.of("sku", line.sku(), "quantity", Math.abs(line.quantity())))
					.toList());
		return JSON.writeValueAsString(body);
	}

	/** The lines of {@code POST /stock}: so many of everything that the invoices name. */
	public static String stock(List<Invoice> invoices, long available) {
		StringBuilder lines = new StringBuilder();
		invoices.stream()
			.flatMap((invoice) -> invoice.lines().stream())
			.map(RetailFile.Line::sku)
			.distinct()
			.forEach((sku) -> lines.append(JSON.writeValueAsString(Map.of("sku", sku, "available", available)))
				.append('\n'));
		return lines.toString();
	}

}
