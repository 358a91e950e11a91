package io.doab.destinations.database;

import java.util.List;

import io.doab.stream.Event;
import io.doab.stream.error.InvalidEventException;

import org.jspecify.annotations.Nullable;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The row of an event.
 */
class ResultTableTests {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static List<@Nullable Object> row(ResultTable table, String json) {
		Event<JsonNode> event = Event.of("type", "1", MAPPER.readTree(json)).withId("id");
		return table.row(event);
	}

	@Test
	void aGuestWhoseCardIsNotKnownHasEmptyColumns() {
		assertThat(row(ResultTable.PAYMENTS, """
				{"orderId": "1", "amount": {"value": "1.50", "currency": "GBP"}, "customer": null}"""))
			.startsWith("id", "1", "type", null)
			.contains("GBP")
			.hasSize(9);
	}

	@Test
	void aZeroCharacterWhichTheDatabaseHasNotIsDropped() {
		assertThat(row(ResultTable.PAYMENTS, """
				{"orderId": "a\\u0000b", "amount": {"value": "1", "currency": "GBP"}}""")).contains("ab");
		assertThat(row(ResultTable.INVENTORY, """
				{"orderId": "1", "lines": [{"sku": "a\\u0000b\\\\u0000", "quantity": 1}]}""").toString())
			.contains("\"ab\\\\u0000\"");
	}

	@Test
	void whatIsMissingOrOfAnotherFormCanNeverBeStored() {
		assertThatThrownBy(() -> row(ResultTable.PAYMENTS, "{\"orderId\": \"1\"}"))
			.isInstanceOf(InvalidEventException.class)
			.hasMessage("The payload has no /amount/value");
		assertThatThrownBy(() -> row(ResultTable.PAYMENTS,
				"{\"orderId\": \"1\", \"amount\": {\"value\": \"much\", \"currency\": \"GBP\"}}"))
			.isInstanceOf(InvalidEventException.class)
			.hasMessage("/amount/value of the payload is no number");
		assertThatThrownBy(() -> row(ResultTable.WEB_EVENTS, "{\"time\": \"yesterday\"}"))
			.isInstanceOf(InvalidEventException.class)
			.hasMessage("/time of the payload is no time");
	}

}
