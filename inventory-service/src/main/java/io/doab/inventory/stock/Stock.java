package io.doab.inventory.stock;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

	private static final String CHANGE = """
			WITH line AS (
			    SELECT * FROM unnest(?::text[], ?::bigint[]) AS line (sku, change)
			), changed AS (
			    UPDATE stock SET available = available + line.change, updated_at = now()
			    FROM line WHERE stock.sku = line.sku
			)
			INSERT INTO reservations (event_id, order_id, sku, quantity)
			SELECT ?, ?, line.sku, -line.change FROM line""";

	private final JdbcTemplate jdbc;

	private final StockNews news;

	Stock(JdbcTemplate jdbc, StockNews news) {
		this.jdbc = jdbc;
		this.news = news;
	}

	/** Takes all lines out of the stock, or none. Needs a transaction. */
	@Transactional
	public StockOutcome reserve(String eventId, String orderId, List<Line> lines) {
		Map<String, Long> asked = quantities(lines);
		Map<String, Long> available = lock(asked.keySet());
		if (!available.keySet().containsAll(asked.keySet())) {
			return StockOutcome.UNKNOWN_SKU;
		}
		if (isMore(asked, available)) {
			return StockOutcome.OUT_OF_STOCK;
		}
		asked.replaceAll((sku, quantity) -> -quantity);
		change(new Movement(eventId, orderId, asked), available);
		return StockOutcome.DONE;
	}

	/**
	 * Puts all lines back, or none. Of an order for which goods were reserved no more
	 * comes back than went out; one for which none ever were is a return of its own, of
	 * goods that were sold elsewhere. Needs a transaction.
	 */
	@Transactional
	public StockOutcome takeBack(String eventId, String orderId, List<Line> lines) {
		Map<String, Long> returned = quantities(lines);
		Map<String, Long> available = lock(returned.keySet());
		if (!available.keySet().containsAll(returned.keySet())) {
			return StockOutcome.UNKNOWN_SKU;
		}
		Optional<Map<String, Long>> out = reserved(orderId);
		if (out.isPresent() && isMore(returned, out.get())) {
			return StockOutcome.EXCEEDS_RESERVATION;
		}
		change(new Movement(eventId, orderId, returned), available);
		return StockOutcome.DONE;
	}

	/** Sets how many are available. */
	@Transactional
	public void set(String sku, long available) {
		Long before = lock(List.of(sku)).get(sku);
		boolean isNew = before == null && this.jdbc
			.update("INSERT INTO stock (sku, available) VALUES (?, 0) ON CONFLICT (sku) DO NOTHING", sku) > 0;
		if (before == null) {
			// Now there is a row: of this transaction, or of the one that it waited for.
			before = lock(List.of(sku)).getOrDefault(sku, 0L);
		}
		if (!isNew && before == available) {
			return;
		}
		this.jdbc.update("UPDATE stock SET available = ?, updated_at = now() WHERE sku = ?", available, sku);
		this.news.changed(List.of(new StockLevel(sku, available, available - before, null)), null);
	}

	/** How many are available, if it is kept at all. */
	public OptionalLong available(String sku) {
		return this.jdbc.queryForList("SELECT available FROM stock WHERE sku = ?", Long.class, sku)
			.stream()
			.mapToLong(Long::longValue)
			.findFirst();
	}

	/** One statement for all lines: each is a round trip while the rows are locked. */
	private void change(Movement movement, Map<String, Long> before) {
		this.jdbc.update(CHANGE, movement.skus(), movement.quantities(), movement.eventId(), movement.orderId());
		this.news.changed(movement.changes()
			.entrySet()
			.stream()
			.map((change) -> new StockLevel(change.getKey(),
					before.getOrDefault(change.getKey(), 0L) + change.getValue(), change.getValue(),
					movement.orderId()))
			.toList(), movement.eventId());
	}

	private Map<String, Long> lock(Collection<String> skus) {
		Map<String, Long> available = new HashMap<>();
		this.jdbc.query("SELECT sku, available FROM stock WHERE sku = ANY (?) ORDER BY sku FOR UPDATE", (row) -> {
			available.put(row.getString(1), row.getLong(2));
		}, (Object) skus.toArray(String[]::new));
		return available;
	}

	/**
	 * What is out for an order, without what came back, or nothing when none ever was.
	 */
	private Optional<Map<String, Long>> reserved(String orderId) {
		Map<String, Long> out = new HashMap<>();
		boolean[] ever = new boolean[1];
		this.jdbc.query(
				"SELECT sku, sum(quantity), bool_or(quantity > 0) FROM reservations WHERE order_id = ? GROUP BY sku",
				(row) -> {
					out.put(row.getString(1), row.getLong(2));
					ever[0] |= row.getBoolean(3);
				}, orderId);
		return ever[0] ? Optional.of(out) : Optional.empty();
	}

	private static boolean isMore(Map<String, Long> quantities, Map<String, Long> limits) {
		return quantities.entrySet()
			.stream()
			.anyMatch((line) -> line.getValue() > limits.getOrDefault(line.getKey(), 0L));
	}

	/** The quantity of each SKU, lines of one SKU together. */
	private static Map<String, Long> quantities(List<Line> lines) {
		Map<String, Long> quantities = new TreeMap<>();
		lines.forEach((line) -> quantities.merge(line.sku(), (long) line.quantity(), Long::sum));
		return quantities;
	}

	/** By how much an event changes the stock: less when goods go out. */
	private record Movement(String eventId, String orderId, Map<String, Long> changes) {

		String[] skus() {
			return this.changes.keySet().toArray(String[]::new);
		}

		Long[] quantities() {
			return this.changes.values().toArray(Long[]::new);
		}

	}

}
