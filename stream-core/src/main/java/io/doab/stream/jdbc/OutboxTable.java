package io.doab.stream.jdbc;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.doab.stream.Event;
import io.doab.stream.PayloadCodec;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcOperations;

/** The rows of an outbox. What changes them needs a transaction. */
final class OutboxTable {

	private static final String CONTENT_TYPE = "datacontenttype";

	/**
	 * A relay that stands still, with the turn and a connection that looks alive, is
	 * ended by the server after as long.
	 */
	private static final String LONGEST_PAUSE = "SET LOCAL idle_in_transaction_session_timeout = '30s'";

	private final JdbcOperations jdbc;

	private final PayloadCodec payloads;

	OutboxTable(JdbcOperations jdbc, PayloadCodec payloads) {
		this.jdbc = jdbc;
		this.payloads = payloads;
	}

	void add(String stream, Collection<? extends Event<?>> events) {
		this.jdbc.batchUpdate("""
				INSERT INTO outbox (stream, event_key, event_id, type, source, occurred_at, headers, data)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?)""", events.stream().map((event) -> columns(stream, event)).toList());
	}

	private @Nullable Object[] columns(String stream, Event<?> event) {
		Map<String, String> headers = new LinkedHashMap<>(event.headers());
		byte[] data;
		if (event.data() instanceof byte[] bytes) {
			data = bytes;
		}
		else {
			headers.put(CONTENT_TYPE, this.payloads.contentType());
			data = this.payloads.encode(event.data());
		}
		return new @Nullable Object[] { stream, event.key(), event.id(), event.type(), event.source().toString(),
				event.time().atOffset(ZoneOffset.UTC), this.payloads.encode(headers), data };
	}

	long waiting() {
		Long count = this.jdbc.queryForObject("SELECT count(*) FROM outbox WHERE refused IS NULL", Long.class);
		return (count != null) ? count : 0;
	}

	boolean isEmpty() {
		return !Boolean.TRUE.equals(
				this.jdbc.queryForObject("SELECT EXISTS (SELECT FROM outbox WHERE refused IS NULL)", Boolean.class));
	}

	/** Takes the turn until the transaction ends, if nobody has it. */
	boolean tryTakeTurn() {
		this.jdbc.execute(LONGEST_PAUSE);
		return !this.jdbc.queryForList("SELECT turn FROM outbox_turn FOR UPDATE SKIP LOCKED", Integer.class).isEmpty();
	}

	List<Row> first(int limit) {
		return this.jdbc.query("SELECT * FROM outbox WHERE refused IS NULL ORDER BY position LIMIT ?",
				(found, number) -> row(found), limit);
	}

	private Row row(ResultSet found) throws SQLException {
		Map<String, String> headers = new HashMap<>();
		Map<?, ?> stored = this.payloads.decode(found.getBytes("headers"), Map.class);
		stored.forEach((name, value) -> headers.put(String.valueOf(name), String.valueOf(value)));
		return new Row(found.getLong("position"), found.getString("stream"),
				new Event<>(found.getString("event_id"), found.getString("type"), URI.create(found.getString("source")),
						found.getObject("occurred_at", OffsetDateTime.class).toInstant(), found.getString("event_key"),
						found.getBytes("data"), headers));
	}

	void remove(Collection<Long> positions) {
		this.jdbc.update("DELETE FROM outbox WHERE position = ANY (?)", (Object) positions.toArray(Long[]::new));
	}

	void refuse(long position, String reason) {
		this.jdbc.update("UPDATE outbox SET refused = ? WHERE position = ?", reason, position);
	}

	record Row(long position, String stream, Event<byte[]> event) {

		/** What keeps its order, or null when nothing does. */
		@Nullable Line line() {
			String key = this.event.key();
			return (key != null) ? new Line(this.stream, key) : null;
		}

	}

	record Line(String stream, String key) {
	}

}
