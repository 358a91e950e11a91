package io.doab.destinations.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

import org.springframework.jdbc.core.JdbcOperations;

/**
 * Which instance delivers for a subscription: one at a time, for as long as it renews its
 * turn. The server's clock decides.
 */
final class DeliveryTurns {

	private final JdbcOperations jdbc;

	private final String worker;

	private final Duration length;

	/**
	 * Turns of one instance.
	 * @param worker its name, which no other has
	 * @param length how long a turn lasts without being renewed
	 */
	DeliveryTurns(JdbcOperations jdbc, String worker, Duration length) {
		this.jdbc = jdbc;
		this.worker = worker;
		this.length = length;
	}

	Duration length() {
		return this.length;
	}

	/**
	 * Takes the turns of subscriptions that have something to do and nobody who does it.
	 * The earliest due time of each is one step into an index, whatever waits in all.
	 */
	List<String> take(Instant now) {
		var at = SubscriptionTable.time(now);
		return this.jdbc.query(
				"""
						UPDATE webhook_subscriptions s SET worker = ?, worker_until = now() + ? * interval '1 millisecond'
						WHERE s.id IN (SELECT c.id FROM webhook_subscriptions c
						  CROSS JOIN LATERAL (SELECT (SELECT d.due_at FROM webhook_deliveries d
						    WHERE d.subscription_id = c.id AND d.status = 'waiting' ORDER BY d.due_at LIMIT 1) AS due_at) AS first
						  WHERE (c.worker IS NULL OR c.worker_until < now())
						    AND ((c.status = 'active' AND first.due_at <= ?)
						      OR (c.status = 'paused' AND c.probe_at <= ? AND first.due_at IS NOT NULL))
						  FOR UPDATE OF c SKIP LOCKED)
						RETURNING s.id""",
				(row, number) -> row.getString(1), this.worker, this.length.toMillis(), at, at);
	}

	/** Renews turns; those that are returned are still this instance's. */
	List<String> renew(Collection<String> subscriptions) {
		return this.jdbc.query("""
				UPDATE webhook_subscriptions SET worker_until = now() + ? * interval '1 millisecond'
				WHERE worker = ? AND id = ANY (?) RETURNING id""", (row, number) -> row.getString(1),
				this.length.toMillis(), this.worker, subscriptions.toArray(String[]::new));
	}

	void giveUp(String subscription) {
		this.jdbc.update(
				"UPDATE webhook_subscriptions SET worker = NULL, worker_until = NULL WHERE id = ? AND worker = ?",
				subscription, this.worker);
	}

}
