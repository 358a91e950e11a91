package io.doab.inventory.stock;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * The stock. Changes take the rows of all their lines, in the order of the SKUs, before
 * they look: concurrent orders for the same goods wait for each other and never for each
 * other's other goods in turn.
 */
@Repository
public class Stock {

	private final JdbcTemplate jdbc;

	private final StockNews news;

	Stock(JdbcTemplate jdbc, StockNews news) {
		this.jdbc = jdbc;
		this.news = news;
	}

	/** Takes all lines out of the stock, or none. Needs a transaction. */
	@Transactional
	public StockOutcome reserve(String eventId, String orderId, List<Line> lines) {
		return change(eventId, orderId, quantities(lines, 1));
	}

	/** Puts all lines back, or none. Needs a transaction. */
	@Transactional
	public StockOutcome takeBack(String eventId, String orderId, List<Line> lines) {
		return change(eventId, orderId, quantities(lines, -1));
	}

	/** Sets how many are available. */
	@Transactional
	public void set(String sku, long available) {
		long before = lock(List.of(sku)).getOrDefault(sku, 0L);
		this.jdbc.update("""
				INSERT INTO stock (sku, available) VALUES (?, ?)
				ON CONFLICT (sku) DO UPDATE SET available = excluded.available, updated_at = now()""", sku, available);
		this.news.changed(List.of(new StockLevel(sku, available, available - before, null)), null);
	}

	/** How many are available, if it is kept at all. */
	public OptionalLong available(String sku) {
		return this.jdbc.queryForList("SELECT available FROM stock WHERE sku = ?", Long.class, sku)
			.stream()
			.mapToLong(Long::longValue)
			.findFirst();
	}

	private StockOutcome change(String eventId, String orderId, Map<String, Long> taken) {
		Map<String, Long> available = lock(taken.keySet());
		if (!available.keySet().containsAll(taken.keySet())) {
			return StockOutcome.UNKNOWN_SKU;
		}
		if (taken.entrySet().stream().anyMatch((line) -> available.getOrDefault(line.getKey(), 0L) < line.getValue())) {
			return StockOutcome.OUT_OF_STOCK;
		}
		List<Object[]> lines = taken.entrySet()
			.stream()
			.map((line) -> new Object[] { line.getValue(), line.getKey() })
			.toList();
		this.jdbc.batchUpdate("UPDATE stock SET available = available - ?, updated_at = now() WHERE sku = ?", lines);
		this.jdbc.batchUpdate("INSERT INTO reservations (quantity, sku, event_id, order_id) VALUES (?, ?, ?, ?)",
				lines.stream().map((line) -> new Object[] { line[0], line[1], eventId, orderId }).toList());
		this.news.changed(taken.entrySet()
			.stream()
			.map((line) -> new StockLevel(line.getKey(), available.getOrDefault(line.getKey(), 0L) - line.getValue(),
					-line.getValue(), orderId))
			.toList(), eventId);
		return StockOutcome.DONE;
	}

	private Map<String, Long> lock(Collection<String> skus) {
		Map<String, Long> available = new HashMap<>();
		this.jdbc.query("SELECT sku, available FROM stock WHERE sku = ANY (?) ORDER BY sku FOR UPDATE", (row) -> {
			available.put(row.getString(1), row.getLong(2));
		}, (Object) skus.toArray(String[]::new));
		return available;
	}

	/** The quantity of each SKU, lines of one SKU together. */
	private static Map<String, Long> quantities(List<Line> lines, int sign) {
		Map<String, Long> quantities = new TreeMap<>();
		lines.forEach((line) -> quantities.merge(line.sku(), (long) sign * line.quantity(), Long::sum));
		return quantities;
	}

}
