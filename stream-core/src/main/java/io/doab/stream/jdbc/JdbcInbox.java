package io.doab.stream.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.function.Supplier;

import io.doab.stream.PayloadCodec;
import io.doab.stream.error.InvalidEventException;

import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Makes a handler's effect on a database happen once per event, however often the event
 * is handled: the effect and a row that remembers the event are one transaction. The row
 * keeps the effect's outcome, so that a repeat emits what the first time emitted, and a
 * hash of what was asked for, so that an id that is used for something else is noticed.
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
	 * @param content what the event asks for, in a form that stays the same in every
	 * repeat: a hash of it is kept
	 * @return the outcome, of this time or of the first
	 * @throws InvalidEventException when an event of that id has asked for something
	 * else: its outcome is not this one's
	 */
	public <R> R once(String eventId, String content, Class<R> type, Supplier<R> effect) {
		byte[] fingerprint = hash(content);
		return Objects.requireNonNull(this.transactions.execute((status) -> {
			int added = this.jdbc.update(
					"INSERT INTO inbox (consumer, event_id, fingerprint) VALUES (?, ?, ?) ON CONFLICT (consumer, event_id) DO NOTHING",
					this.consumer, eventId, fingerprint);
			if (added == 0) {
				return stored(eventId, fingerprint, type);
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

	private <R> R stored(String eventId, byte[] fingerprint, Class<R> type) {
		Handled handled = this.jdbc
			.query("SELECT fingerprint, outcome FROM inbox WHERE consumer = ? AND event_id = ?",
					(row, number) -> new Handled(row.getBytes(1), row.getBytes(2)), this.consumer, eventId)
			.getFirst();
		if (!MessageDigest.isEqual(handled.fingerprint(), fingerprint)) {
			throw new InvalidEventException("Another event was handled under the id " + eventId
					+ ": ids must be unique, so use a new Idempotency-Key for a new request");
		}
		return this.outcomes.decode(handled.outcome(), type);
	}

	private static byte[] hash(String content) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

	private record Handled(byte[] fingerprint, byte[] outcome) {
	}

}
