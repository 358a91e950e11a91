package io.doab.destinations.dashboard;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.doab.destinations.dashboard.Summary.Outcome;
import io.doab.destinations.dashboard.Summary.Series;
import io.doab.destinations.dashboard.Summary.StreamCounts;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.RowMapper;

/**
 * The tables of the dashboard, to read from.
 */
final class DashboardQueries {

	/** The seconds of a whole picture. */
	static final Duration SECONDS = Duration.ofMinutes(5);

	private static final Duration MINUTES = Duration.ofHours(1);

	private static final int STEPS_OF_A_LINE = 20;

	private static final int STEPS_OF_A_WAY = 500;

	/** Shown though nothing came yet. */
	private static final List<String> STREAMS = List.of("payments.processed", "inventory.processed",
			"web-events.processed");

	private static final RowMapper<Step> STEP = DashboardQueries::step;

	private final JdbcTemplate jdbc;

	private final Clock clock;

	DashboardQueries(JdbcTemplate jdbc, Clock clock) {
		this.jdbc = jdbc;
		this.clock = clock;
	}

	/** The whole picture, with so many orders. */
	Summary summary(int orders) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		Instant fromSecond = now.truncatedTo(ChronoUnit.SECONDS).minus(SECONDS).plusSeconds(1);
		Instant fromMinute = now.truncatedTo(ChronoUnit.MINUTES).minus(MINUTES).plus(Duration.ofMinutes(1));
		Map<String, long[]> seconds = perStream(SECONDS.toSeconds());
		Map<String, long[]> minutes = perStream(MINUTES.toMinutes());
		List<Outcome> outcomes = new ArrayList<>();
		RowCallbackHandler second = (row) -> add(seconds, row, fromSecond, Duration.ofSeconds(1));
		RowCallbackHandler minute = (row) -> add(minutes, row, fromMinute, Duration.ofMinutes(1));
		RowCallbackHandler outcome = (row) -> outcomes
			.add(new Outcome(row.getString(1), row.getString(2), row.getString(3), row.getLong(4)));
		this.jdbc.query("SELECT stream, second, events FROM dashboard_seconds WHERE second >= ?", second,
				time(fromSecond));
		this.jdbc.query("""
				SELECT stream, minute, sum(events) FROM dashboard_minutes WHERE minute >= ?
				GROUP BY stream, minute""", minute, time(fromMinute));
		this.jdbc.query("""
				SELECT stream, type, reason, sum(events) FROM dashboard_minutes WHERE minute >= ?
				GROUP BY stream, type, reason ORDER BY stream, type, reason""", outcome, time(fromMinute));
		List<StreamCounts> streams = new ArrayList<>();
		minutes.forEach((stream,
				counts) -> streams.add(new StreamCounts(stream,
						new Series(fromSecond, seconds.getOrDefault(stream, new long[(int) SECONDS.toSeconds()])),
						new Series(fromMinute, counts))));
		return new Summary(now, streams, outcomes, latestOrders(orders));
	}

	private static Map<String, long[]> perStream(long size) {
		Map<String, long[]> counts = new LinkedHashMap<>();
		STREAMS.forEach((stream) -> counts.put(stream, new long[(int) size]));
		return counts;
	}

	/** Adds a row of stream, time and count; what is of the future goes to the end. */
	private static void add(Map<String, long[]> perStream, ResultSet row, Instant from, Duration each)
			throws SQLException {
		int size = perStream.values().iterator().next().length;
		long[] counts = perStream.computeIfAbsent(row.getString(1), (stream) -> new long[size]);
		long index = Duration.between(from, row.getObject(2, OffsetDateTime.class).toInstant()).dividedBy(each);
		counts[(int) Math.min(index, size - 1)] += row.getLong(3);
	}

	/** The orders about which something became known last, latest first. */
	List<OrderLine> latestOrders(int limit) {
		Map<String, List<Step>> steps = new LinkedHashMap<>();
		this.jdbc.query("""
				SELECT step.* FROM (SELECT * FROM dashboard_orders ORDER BY last_at DESC LIMIT ?) latest
				CROSS JOIN LATERAL (SELECT * FROM dashboard_steps step WHERE step.order_id = latest.order_id
				                    ORDER BY occurred_at DESC LIMIT ?) step
				ORDER BY latest.last_at DESC, latest.order_id, step.occurred_at, step.stream DESC""", (row) -> {
			steps.computeIfAbsent(row.getString("order_id"), (orderId) -> new ArrayList<>()).add(STEP.mapRow(row, 0));
		}, limit, STEPS_OF_A_LINE);
		return steps.entrySet().stream().map((order) -> OrderLine.of(order.getKey(), order.getValue())).toList();
	}

	/** The way of an order, empty when nothing is known of it. */
	Optional<OrderWay> way(String orderId) {
		List<Step> steps = this.jdbc.query("""
				SELECT * FROM (SELECT * FROM dashboard_steps WHERE order_id = ?
				               ORDER BY occurred_at DESC LIMIT ?) step
				ORDER BY occurred_at, stream DESC""", STEP, orderId, STEPS_OF_A_WAY);
		return steps.isEmpty() ? Optional.empty() : Optional.of(new OrderWay(orderId, steps));
	}

	private static Step step(ResultSet row, int number) throws SQLException {
		return new Step(row.getString("event_id"), row.getString("stream"), row.getString("order_id"),
				row.getString("type"), row.getString("reason"), row.getBigDecimal("amount"), row.getString("currency"),
				row.getString("customer"), row.getObject("pieces", Long.class),
				row.getObject("occurred_at", OffsetDateTime.class).toInstant());
	}

	private static OffsetDateTime time(Instant instant) {
		return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
	}

}
