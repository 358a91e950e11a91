package io.doab.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

import org.jspecify.annotations.Nullable;

/**
 * Invoices of the Online Retail data set.
 */
public final class RetailFile {

	/** The slice that comes with the project. */
	static final String SLICE = "/data/online-retail-100.csv";

	private RetailFile() {
	}

	/**
	 * One invoice.
	 *
	 * @param customer null for a guest
	 */
	public record Invoice(String id, @Nullable String customer, String country, List<Line> lines) {

		/** Whether goods come back: a cancellation, or stock that is written off. */
		public boolean isReturn() {
			return this.lines.getFirst().quantity() < 0;
		}

		/** What it comes to, never negative. */
		public BigDecimal total() {
			return this.lines.stream()
				.map((line) -> line.price().multiply(BigDecimal.valueOf(line.quantity())))
				.reduce(BigDecimal.ZERO, BigDecimal::add)
				.abs()
				.setScale(2);
		}

	}

	/**
	 * One line of it.
	 *
	 * @param quantity negative for what comes back
	 */
	public record Line(String sku, int quantity, BigDecimal price) {
	}

	/** Reads the slice that comes with the project. */
	public static List<Invoice> slice() {
		try (InputStream in = RetailFile.class.getResourceAsStream(SLICE)) {
			if (in == null) {
				throw new IllegalStateException(SLICE + " is missing from the jar");
			}
			return read(new InputStreamReader(in, StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Reads a file of the data set. */
	public static List<Invoice> read(Reader file) throws IOException {
		Map<String, Invoice> invoices = new LinkedHashMap<>();
		CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
		for (CSVRecord row : format.parse(file)) {
			String customer = row.get("CustomerID");
			invoices
				.computeIfAbsent(row.get("InvoiceNo"),
						(id) -> new Invoice(id, customer.isBlank() ? null : customer, row.get("Country"),
								new ArrayList<>()))
				.lines()
				.add(new Line(row.get("StockCode"), Integer.parseInt(row.get("Quantity")),
						new BigDecimal(row.get("UnitPrice"))));
		}
		return List.copyOf(invoices.values());
	}

}
