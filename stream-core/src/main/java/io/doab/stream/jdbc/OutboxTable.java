package io.doab.stream.jdbc;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.doab.stream.Event;
import io.doab.stream.PayloadCodec;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.RowCallbackHandler;

/** The rows of an outbox. What changes them needs a transaction. */
final class OutboxTable {

	private static final Logger logger = LoggerFactory.getLogger(OutboxTable.class);

	private static final String CONTENT_TYPE = "datacontenttype";

	/**
	 * Whoever gets the turn sees what the one before it removed. A relay that stands
	 * still, with the turn and a connection that looks alive, is ended by the server
	 * after as long.
	 */
	private static final String TURN = """
			SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
			SET LOCAL idle_in_transaction_session_timeout = '30s'""";

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
				event.time().atOffset(ZoneOffset.UTC), text(headers), data };
	}

	long waiting() {
		return count("SELECT count(*) FROM outbox WHERE refused IS NULL");
	}

	long refused() {
		return count("SELECT count(*) FROM outbox WHERE refused IS NOT NULL");
	}

	private long count(String query) {
		Long count = this.jdbc.queryForObject(query, Long.class);
		return (count != null) ? count : 0;
	}

	boolean isEmpty() {
		return !Boolean.TRUE.equals(
				this.jdbc.queryForObject("SELECT EXISTS (SELECT FROM outbox WHERE refused IS NULL)", Boolean.class));
	}

	/** Takes the turn until the transaction ends, if nobody has it. */
	boolean tryTakeTurn() {
		this.jdbc.execute(TURN);
		return !this.jdbc.queryForList("SELECT turn FROM outbox_turn FOR UPDATE SKIP LOCKED", Integer.class).isEmpty();
	}

	/**
	 * The first rows, but for those of some streams. A row that cannot be read, for
	 * somebody wrote it by hand, is refused here: it must not hold up the others.
	 */
	List<Row> first(int limit, Set<String> without) {
		List<Row> rows = new ArrayList<>();
		Map<Long, String> defects = new LinkedHashMap<>();
		this.jdbc.query("""
				SELECT * FROM outbox WHERE refused IS NULL AND NOT stream = ANY (?)
				ORDER BY position LIMIT ?""", (RowCallbackHandler) (found) -> {
			try {
				rows.add(row(found));
			}
			catch (IllegalArgumentException ex) {
				defects.put(found.getLong("position"), "It is no event: " + ex.getMessage());
			}
		}, without.toArray(String[]::new), limit);
		defects.forEach((position, defect) -> {
			logger.error("The event at position {} of the outbox stays there, refused: {}", position, defect);
			refuse(position, defect);
		});
		return rows;
	}

	private static Row row(ResultSet found) throws SQLException {
		return new Row(found.getLong("position"), found.getString("stream"),
				new Event<>(found.getString("event_id"), found.getString("type"), URI.create(found.getString("source")),
						found.getObject("occurred_at", OffsetDateTime.class).toInstant(), found.getString("event_key"),
						found.getBytes("data"), headers(found.getString("headers"))));
	}

	/** As forms are encoded: whatever the payloads are, this is text. */
	private static String text(Map<String, String> headers) {
		return headers.entrySet()
			.stream()
			.map((header) -> URLEncoder.encode(header.getKey(), StandardCharsets.UTF_8) + "="
					+ URLEncoder.encode(header.getValue(), StandardCharsets.UTF_8))
			.collect(Collectors.joining("&"));
	}

	private static Map<String, String> headers(String text) {
		Map<String, String> headers = new HashMap<>();
		for (String header : text.isEmpty() ? new String[0] : text.split("&", -1)) {
			int equals = header.indexOf('=');
			if (equals < 0) {
				throw new IllegalArgumentException("its headers are not of the form name=value&name=value");
			}
			headers.put(URLDecoder.decode(header.substring(0, equals), StandardCharsets.UTF_8),
					URLDecoder.decode(header.substring(equals + 1), StandardCharsets.UTF_8));
		}
		return headers;
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
