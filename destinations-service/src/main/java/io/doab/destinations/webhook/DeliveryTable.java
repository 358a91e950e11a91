package io.doab.destinations.webhook;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcOperations;

/**
 * The rows of deliveries. The order of a key is that of the positions: while an earlier
 * one of it waits, a later one is not given out.
 */
final class DeliveryTable {

	/**
	 * Whether an earlier one of the key waits is asked row by row, in a way that no plan
	 * turns into a join: the limit then bounds what is read, whatever waits in all.
	 */
	private static final String WAITING = """
			SELECT d.position, d.id, d.body, d.attempts FROM webhook_deliveries d
			WHERE d.subscription_id = ? AND d.status = 'waiting' AND d.due_at <= ? AND d.position <> ALL (?)
			  AND d.position = coalesce((SELECT e.position FROM webhook_deliveries e
			    WHERE e.subscription_id = d.subscription_id AND e.order_key = d.order_key AND e.status = 'waiting'
			    ORDER BY e.position LIMIT 1), d.position)
			ORDER BY d.due_at, d.position LIMIT ?""";

	private final JdbcOperations jdbc;

	DeliveryTable(JdbcOperations jdbc) {
		this.jdbc = jdbc;
	}

	/** Adds those that are not there, in their order, due at once. */
	void add(List<NewDelivery> deliveries, Instant now) {
		var at = SubscriptionTable.time(now);
		this.jdbc.batchUpdate("""
				INSERT INTO webhook_deliveries (subscription_id, id, event_type, order_key, body, due_at, waiting_since)
				VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (subscription_id, id) DO NOTHING""",
				deliveries.stream()
					.map((one) -> new @Nullable Object[] { one.subscription(), one.id(), one.eventType(),
							one.orderKey(), one.body(), at, at })
					.toList());
	}

	/**
	 * Deliveries that may be tried.
	 * @param underWay positions that are being tried
	 */
	List<Delivery> due(String subscription, Instant now, Collection<Long> underWay, int limit) {
		return this.jdbc.query(WAITING, DeliveryTable::delivery, subscription, SubscriptionTable.time(now),
				underWay.toArray(Long[]::new), limit);
	}

	/** The delivery that is due next, be it in the past or not. */
	List<Delivery> next(String subscription) {
		return this.jdbc.query(WAITING.replace("d.due_at <= ?", "d.due_at IS NOT NULL"), DeliveryTable::delivery,
				subscription, new Long[0], 1);
	}

	private static Delivery delivery(ResultSet row, int number) throws SQLException {
		return new Delivery(row.getLong(1), row.getString(2), row.getBytes(3), row.getInt(4));
	}

	/** Deliveries arrived: what they were is forgotten, that they were is not. */
	void delivered(List<Attempt> attempts, Instant now) {
		this.jdbc.batchUpdate(
				"""
						UPDATE webhook_deliveries SET status = 'delivered', body = NULL, attempts = attempts + 1, last_status = ?,
						  last_error = NULL, finished_at = ? WHERE position = ?""",
				attempts.stream()
					.map((attempt) -> new @Nullable Object[] { attempt.outcome().status(), SubscriptionTable.time(now),
							attempt.delivery().position() })
					.toList());
	}

	/** A delivery is tried again, or when {@code due} is null never. */
	void failed(Delivery delivery, int attempts, @Nullable Integer status, String error, Instant now,
			@Nullable Instant due) {
		this.jdbc.update("""
				UPDATE webhook_deliveries SET status = ?, attempts = ?, due_at = coalesce(?, due_at), last_status = ?,
				  last_error = ?, finished_at = ? WHERE position = ? AND status = 'waiting'""",
				(due != null) ? "waiting" : "dead", attempts, SubscriptionTable.time(due), status, error,
				(due != null) ? null : SubscriptionTable.time(now), delivery.position());
	}

	/** All that wait are due now. */
	void hurry(String subscription, Instant now) {
		var at = SubscriptionTable.time(now);
		this.jdbc.update("UPDATE webhook_deliveries SET due_at = ? WHERE subscription_id = ? AND status = 'waiting'"
				+ " AND due_at > ?", at, subscription, at);
	}

	/**
	 * Gives up what has waited for too long, a bounded number at once.
	 * @return how many
	 */
	int giveUp(Instant waitingSince, Instant now, int limit) {
		return this.jdbc.update("""
				UPDATE webhook_deliveries SET status = 'dead', finished_at = ?,
				  last_error = 'it waited for too long' || coalesce('; the last attempt: ' || last_error, '')
				WHERE position IN (SELECT position FROM webhook_deliveries
				  WHERE status = 'waiting' AND waiting_since < ? LIMIT ?)""", SubscriptionTable.time(now),
				SubscriptionTable.time(waitingSince), limit);
	}

	/**
	 * Removes what has ended long ago, a bounded number at once.
	 * @return how many
	 */
	int forget(DeliveryStatus status, Instant finishedBefore, int limit) {
		return this.jdbc.update("""
				DELETE FROM webhook_deliveries WHERE position IN (SELECT position FROM webhook_deliveries
				  WHERE status = ? AND status <> 'waiting' AND finished_at < ? LIMIT ?)""", status.text(),
				SubscriptionTable.time(finishedBefore), limit);
	}

	/**
	 * Lets dead deliveries wait again, with all their attempts before them.
	 * @param id the one, or null for all
	 * @return how many
	 */
	int revive(String subscription, @Nullable String id, Instant now) {
		var at = SubscriptionTable.time(now);
		return this.jdbc.update("""
				UPDATE webhook_deliveries SET status = 'waiting', attempts = 0, due_at = ?, waiting_since = ?,
				  finished_at = NULL WHERE subscription_id = ? AND status = 'dead' AND (?::text IS NULL OR id = ?)""",
				at, at, subscription, id, id);
	}

	/** How many wait, of all subscriptions. */
	long waiting() {
		Long count = this.jdbc.queryForObject("SELECT count(*) FROM webhook_deliveries WHERE status = 'waiting'",
				Long.class);
		return (count != null) ? count : 0;
	}

	/** How many of a subscription there are of a status. */
	long count(String subscription, DeliveryStatus status) {
		Long count = this.jdbc.queryForObject(
				"SELECT count(*) FROM webhook_deliveries WHERE subscription_id = ? AND status = ?", Long.class,
				subscription, status.text());
		return (count != null) ? count : 0;
	}

	/** What is known of deliveries of a status, the newest first. */
	List<DeliveryReport> reports(String subscription, DeliveryStatus status, int limit) {
		return this.jdbc.query("""
				SELECT * FROM webhook_deliveries WHERE subscription_id = ? AND status = ?
				ORDER BY position DESC LIMIT ?""",
				(row, number) -> new DeliveryReport(row.getString("id"), row.getString("event_type"),
						row.getString("status"), row.getInt("attempts"),
						(status == DeliveryStatus.WAITING) ? SubscriptionTable.instant(row, "due_at") : null,
						SubscriptionTable.instant(row, "waiting_since"), row.getObject("last_status", Integer.class),
						row.getString("last_error"), SubscriptionTable.instant(row, "finished_at")),
				subscription, status.text(), limit);
	}

}
