package io.doab.benchmarks.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.doab.local.RetailFile;
import io.doab.local.RetailFile.Invoice;
import io.doab.local.RetailFile.Line;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.json.JsonMapper;

/**
 * Real orders as payloads of about 400 bytes. Each begins with its number and its status
 * at fixed places, so that a handler can change it and a count can tell it for next to
 * nothing, whatever stores it:
 *
 * <pre>
 * "number":"000000012","status":"received","order":"536365","customer":"17850"
 * </pre>
 */
public final class Orders {

	private static final int BYTES = 400;

	private static final int NUMBER_AT = 11;

	private static final int NUMBER_DIGITS = 9;

	private static final int STATUS_AT = 32;

	private static final int STATUS_BYTES = 8;

	private static final byte[] ACCEPTED = "accepted".getBytes(StandardCharsets.US_ASCII);

	private static final JsonMapper JSON = new JsonMapper();

	private final List<byte[]> templates;

	private final List<Invoice> invoices;

	private final int keys;

	private Orders(List<Invoice> invoices, int keys) {
		this.invoices = invoices;
		this.templates = invoices.stream().map(Orders::template).toList();
		this.keys = keys;
	}

	/**
	 * Orders of a folder with {@code online-retail.csv}, or of the slice that comes with
	 * the project.
	 * @param folder or null for the slice
	 * @param keys how many customers they have
	 */
	public static Orders of(@Nullable Path folder, int keys) {
		if (folder == null) {
			return new Orders(RetailFile.slice(), keys);
		}
		try (var reader = Files.newBufferedReader(folder.resolve("online-retail.csv"))) {
			return new Orders(RetailFile.read(reader), keys);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] template(Invoice invoice) {
		Map<String, Object> order = new LinkedHashMap<>();
		order.put("number", "0".repeat(NUMBER_DIGITS));
		order.put("status", "received");
		order.put("order", invoice.id());
		order.put("customer", (invoice.customer() != null) ? invoice.customer() : "guest");
		order.put("country", invoice.country());
		order.put("total", invoice.total().toPlainString());
		int lines = 0;
		byte[] bytes;
		do {
			lines++;
			order.put("lines", invoice.lines().stream().limit(lines).map(Orders::line).toList());
			bytes = JSON.writeValueAsBytes(order);
		}
		while (bytes.length < BYTES && lines < invoice.lines().size());
		if (bytes.length >= BYTES) {
			return bytes;
		}
		// A short order has a note: all are of one size, more or less.
		order.put("note", "x".repeat(Math.max(0, BYTES - bytes.length - 10)));
		return JSON.writeValueAsBytes(order);
	}

	private static Map<String, Object> line(Line line) {
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("sku", line.sku());
		result.put("quantity", line.quantity());
		result.put("price", new BigDecimal(line.price().toPlainString()));
		return result;
	}

	/** The payload of the order of that number. */
	public byte[] payload(int number) {
		byte[] payload = this.templates.get(number % this.templates.size()).clone();
		putDigits(payload, NUMBER_AT, NUMBER_DIGITS, number);
		return payload;
	}

	/** The invoice that the order of that number was made of. */
	public Invoice invoice(int number) {
		return this.invoices.get(number % this.invoices.size());
	}

	/** The key of the order of that number: whose it is. */
	public String key(int number) {
		return "customer-" + number % this.keys;
	}

	/** What identifies the order of that number as an event. */
	public String id(int number) {
		return String.format(Locale.ROOT, "order-%09d", number);
	}

	public int keys() {
		return this.keys;
	}

	/** The mean size of a payload. */
	public int meanBytes() {
		return (int) this.templates.stream().mapToInt((template) -> template.length).average().orElse(0);
	}

	/** The number of an order. */
	public static int number(byte[] payload) {
		return (int) digits(payload, NUMBER_AT, NUMBER_DIGITS);
	}

	/** The order, accepted: what the trivial handler makes of it. */
	public static byte[] accepted(byte[] payload) {
		byte[] result = payload.clone();
		System.arraycopy(ACCEPTED, 0, result, STATUS_AT, STATUS_BYTES);
		return result;
	}

	/** Whether it is what {@link #accepted} makes. */
	public static boolean isAccepted(byte[] payload) {
		return Arrays.equals(payload, STATUS_AT, STATUS_AT + STATUS_BYTES, ACCEPTED, 0, STATUS_BYTES);
	}

	/** The order with a count in place of its status. */
	public static byte[] counted(byte[] payload, long count) {
		byte[] result = payload.clone();
		putDigits(result, STATUS_AT, STATUS_BYTES, count);
		return result;
	}

	/** What {@link #counted} put there, or -1. */
	public static long count(byte[] payload) {
		return digits(payload, STATUS_AT, STATUS_BYTES);
	}

	private static void putDigits(byte[] bytes, int at, int digits, long value) {
		long rest = value;
		for (int i = at + digits - 1; i >= at; i--) {
			bytes[i] = (byte) ('0' + rest % 10);
			rest /= 10;
		}
	}

	private static long digits(byte[] bytes, int at, int digits) {
		if (bytes.length < at + digits) {
			return -1;
		}
		long value = 0;
		for (int i = at; i < at + digits; i++) {
			int digit = bytes[i] - '0';
			if (digit < 0 || digit > 9) {
				return -1;
			}
			value = 10 * value + digit;
		}
		return value;
	}

}
