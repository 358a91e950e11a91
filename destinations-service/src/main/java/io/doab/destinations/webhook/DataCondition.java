package io.doab.destinations.webhook;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

import tools.jackson.databind.JsonNode;

/**
 * What an event's data have to say for a subscription to want it: a field that has one of
 * some values.
 *
 * @param field a JSON pointer (RFC 6901) into the data
 * @param in texts, numbers and truth values
 */
record DataCondition(String field, List<JsonNode> in) {

	DataCondition {
		in = List.copyOf(in);
	}

	boolean matches(JsonNode data) {
		JsonNode value = data.at(this.field);
		return this.in.stream().anyMatch((wanted) -> isSame(wanted, value));
	}

	/** Numbers are the same by value: 10 is 10.0. One beyond all bounds is like none. */
	private static boolean isSame(JsonNode wanted, JsonNode value) {
		if (!wanted.isNumber() || !value.isNumber()) {
			return wanted.equals(value);
		}
		Optional<BigDecimal> number = value.decimalValueOpt();
		return number.isPresent() && wanted.decimalValue().compareTo(number.get()) == 0;
	}

}
