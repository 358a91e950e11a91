package io.doab.destinations.database;

import java.sql.Timestamp;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.doab.stream.Event;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * The tables: which stream each takes, and which columns of which event.
 */
enum ResultTable {

	PAYMENTS("payments.processed", """
			INSERT INTO payments
			  (event_id, order_id, type, reason, amount, currency, customer_id, card_last4, occurred_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING""", (event) -> {
		JsonNode data = event.data();
		return Arrays.<@Nullable Object>asList(event.id(), Fields.requiredText(data, "/orderId"), event.type(),
				Fields.text(data, "/reason"), Fields.decimal(data, "/amount/value"),
				Fields.requiredText(data, "/amount/currency"), Fields.text(data, "/customer/id"),
				Fields.text(data, "/card/last4"), Timestamp.from(event.time()));
	}),

	INVENTORY("inventory.processed", """
			INSERT INTO inventory (event_id, order_id, type, reason, lines, occurred_at)
			VALUES (?, ?, ?, ?, ?::jsonb, ?) ON CONFLICT (event_id) DO NOTHING""", (event) -> {
		JsonNode data = event.data();
		return Arrays.<@Nullable Object>asList(event.id(), Fields.requiredText(data, "/orderId"), event.type(),
				Fields.text(data, "/reason"), Fields.json(data, "/lines"), Timestamp.from(event.time()));
	}),

	WEB_EVENTS("web-events.processed", """
			INSERT INTO web_events
			  (event_id, occurred_at, visitor, session, method, path, status, bytes, referrer, agent_family, bot)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING""", (event) -> {
		JsonNode data = event.data();
		return Arrays.<@Nullable Object>asList(event.id(), Fields.time(data, "/time"),
				Fields.requiredText(data, "/visitor"), Fields.requiredText(data, "/session"),
				Fields.text(data, "/method"), Fields.text(data, "/path"), Fields.number(data, "/status"),
				Fields.number(data, "/bytes"), Fields.text(data, "/referrer"), Fields.text(data, "/userAgent/family"),
				Fields.flag(data, "/userAgent/bot"));
	});

	private final String stream;

	private final String insert;

	@SuppressWarnings("ImmutableEnumChecker") // functions without state
	private final Function<Event<JsonNode>, List<@Nullable Object>> row;

	ResultTable(String stream, String insert, Function<Event<JsonNode>, List<@Nullable Object>> row) {
		this.stream = stream;
		this.insert = insert;
		this.row = row;
	}

	/** The table of a stream. */
	static Optional<ResultTable> of(String stream) {
		return Arrays.stream(values()).filter((table) -> table.stream.equals(stream)).findFirst();
	}

	/** The statement, which passes over an event that is there already. */
	String insert() {
		return this.insert;
	}

	/** The values of an event's row. */
	List<@Nullable Object> row(Event<JsonNode> event) {
		return this.row.apply(event);
	}

}
