package io.doab.stream.jdbc;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import io.doab.stream.PayloadCodec;

import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Makes a handler's effect on a database happen once per event, however often the event
 * is handled: the effect and a row that remembers the event are one transaction. The row
 * keeps the effect's outcome, so that a repeat emits what the first time emitted.
 *
 * <p>
 * Needs the table of {@code io/doab/stream/jdbc/inbox.sql}, in the database that the
 * effect is in. Two members that handle one event at the same time wait for each other
 * there. Safe for use by many threads.
 */
public final class JdbcInbox {

	private final JdbcOperations jdbc;

	private final TransactionOperations transactions;

	private final PayloadCodec outcomes;

	private final String consumer;

	/**
	 * Creates an inbox.
	 * @param consumer whose it is, for several consumers of one event may share a
	 * database
	 */
	public JdbcInbox(JdbcOperations jdbc, TransactionOperations transactions, PayloadCodec outcomes, String consumer) {
		this.jdbc = jdbc;
		this.transactions = transactions;
		this.outcomes = outcomes;
		this.consumer = consumer;
	}

	/**
	 * Runs an effect unless it was run for this event before. An exception of the effect
	 * undoes all of it.
	 * @return the outcome, of this time or of the first
	 */
	public <R> R once(String eventId, Class<R> type, Supplier<R> effect) {
		return Objects.requireNonNull(this.transactions.execute((status) -> {
			int added = this.jdbc.update(
					"INSERT INTO inbox (consumer, event_id) VALUES (?, ?) ON CONFLICT (consumer, event_id) DO NOTHING",
					this.consumer, eventId);
			if (added == 0) {
				return stored(eventId, type);
			}
			R outcome = effect.get();
			this.jdbc.update("UPDATE inbox SET outcome = ? WHERE consumer = ? AND event_id = ?",
					this.outcomes.encode(outcome), this.consumer, eventId);
			return outcome;
		}));
	}

	/**
	 * Forgets events that were handled before an instant. Forget only what cannot come
	 * again: what is older than the streams' retention.
	 * @return how many were forgotten
	 */
	public int forgetBefore(Instant instant) {
		return this.jdbc.update("DELETE FROM inbox WHERE consumer = ? AND handled_at < ?", this.consumer,
				instant.atOffset(ZoneOffset.UTC));
	}

	private <R> R stored(String eventId, Class<R> type) {
		List<byte[]> outcome = this.jdbc.query("SELECT outcome FROM inbox WHERE consumer = ? AND event_id = ?",
				(row, number) -> row.getBytes(1), this.consumer, eventId);
		return this.outcomes.decode(outcome.getFirst(), type);
	}

}
