package io.doab.destinations.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.jdbc.core.JdbcTemplate;

import tools.jackson.databind.json.JsonMapper;

/**
 * The tables of the dashboard, to write to. Several instances may write at once.
 *
 * <p>
 * A batch is one statement: what it adds to the steps it counts, and what is there
 * already it passes over, so an event counts once however often it comes. Rows that
 * several writers change are taken in the order of their keys, so that no two wait for
 * each other.
 */
final class ReadModel {

	/**
	 * How long counts per second are kept: somewhat longer than anybody looks at them.
	 */
	static final Duration KEEP_SECONDS = Duration.ofMinutes(15);

	private static final int MAX_FORGOTTEN = 10_000;

	private static final String ADD = """
			WITH given AS (
			  SELECT * FROM jsonb_to_recordset(?::jsonb) AS step(event_id text, stream text, order_id text, type text,
			    reason text, amount numeric, currency text, customer text, pieces bigint, occurred_at timestamptz)),
			added AS (
			  INSERT INTO dashboard_steps SELECT * FROM given ORDER BY event_id ON CONFLICT DO NOTHING
			  RETURNING stream, order_id, type, reason, occurred_at),
			orders AS (
			  INSERT INTO dashboard_orders SELECT order_id, max(occurred_at) FROM added
			  WHERE order_id IS NOT NULL GROUP BY order_id ORDER BY order_id
			  ON CONFLICT (order_id) DO UPDATE SET last_at = greatest(dashboard_orders.last_at, excluded.last_at)),
			seconds AS (
			  INSERT INTO dashboard_seconds SELECT date_trunc('second', occurred_at) AS second, stream, count(*)
			  FROM added GROUP BY second, stream ORDER BY second, stream
			  ON CONFLICT (second, stream) DO UPDATE SET events = dashboard_seconds.events + excluded.events)
			INSERT INTO dashboard_minutes
			SELECT date_trunc('minute', occurred_at) AS minute, stream, type, reason, count(*)
			FROM added GROUP BY minute, stream, type, reason ORDER BY minute, stream, type, reason
			ON CONFLICT (minute, stream, type, reason)
			  DO UPDATE SET events = dashboard_minutes.events + excluded.events""";

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final JdbcTemplate jdbc;

	ReadModel(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/** Counts those that were not counted before. */
	void add(List<Step> steps) {
		if (!steps.isEmpty()) {
			this.jdbc.update(ADD, JSON.writeValueAsString(steps.stream().map(ReadModel::row).toList()));
		}
	}

	private static Map<String, Object> row(Step step) {
		Map<String, Object> row = new LinkedHashMap<>();
		row.put("event_id", step.eventId());
		row.put("stream", step.stream());
		row.put("order_id", step.orderId());
		row.put("type", step.type());
		row.put("reason", step.reason());
		row.put("amount", step.amount());
		row.put("currency", step.currency());
		row.put("customer", step.customer());
		row.put("pieces", step.pieces());
		row.put("occurred_at", step.occurredAt().toString());
		return row;
	}

	/**
	 * Forgets what is older than is kept, some thousands of each at most.
	 * @return whether there may be more
	 */
	boolean forget(Instant now, DashboardProperties properties) {
		List<Integer> forgotten = new ArrayList<>();
		forgotten.add(forget("dashboard_steps", "order_id IS NOT NULL AND occurred_at", now.minus(properties.keep())));
		forgotten
			.add(forget("dashboard_steps", "order_id IS NULL AND occurred_at", now.minus(properties.keepOthers())));
		forgotten.add(forget("dashboard_orders", "last_at", now.minus(properties.keep())));
		forgotten.add(forget("dashboard_minutes", "minute", now.minus(properties.keep())));
		forgotten.add(forget("dashboard_seconds", "second", now.minus(KEEP_SECONDS)));
		return forgotten.stream().anyMatch((rows) -> rows == MAX_FORGOTTEN);
	}

	/** What another instance forgets at the moment is left to it. */
	private int forget(String table, String time, Instant before) {
		return this.jdbc.update(
				"DELETE FROM " + table + " WHERE ctid = ANY (ARRAY(SELECT ctid FROM " + table + " WHERE " + time
						+ " < ? LIMIT " + MAX_FORGOTTEN + " FOR UPDATE SKIP LOCKED))",
				OffsetDateTime.ofInstant(before, ZoneOffset.UTC));
	}

}
