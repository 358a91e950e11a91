package io.doab.destinations.database;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;

import io.doab.stream.error.InvalidEventException;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * Reads columns out of a payload, by JSON pointer. What is there in another form is an
 * event that can never be stored.
 */
final class Fields {

	/** An escaped zero character; the backslashes before it are not its own. */
	private static final Pattern ZERO = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

	private Fields() {
	}

	/**
	 * A text, or null when it is absent. PostgreSQL has no text with a zero character: it
	 * is dropped.
	 */
	static @Nullable String text(JsonNode data, String pointer) {
		JsonNode node = data.at(pointer);
		return (node.isMissingNode() || node.isNull()) ? null : node.asString().replace("\0", "");
	}

	/**
	 * A part of the payload as JSON, without zero characters, which {@code jsonb} refuses
	 * as well.
	 */
	static String json(JsonNode data, String pointer) {
		return ZERO.matcher(data.at(pointer).toString()).replaceAll("$1");
	}

	static String requiredText(JsonNode data, String pointer) {
		String text = text(data, pointer);
		if (text == null) {
			throw new InvalidEventException("The payload has no " + pointer);
		}
		return text;
	}

	static BigDecimal decimal(JsonNode data, String pointer) {
		try {
			return new BigDecimal(requiredText(data, pointer));
		}
		catch (NumberFormatException ex) {
			throw new InvalidEventException(pointer + " of the payload is no number", ex);
		}
	}

	static long number(JsonNode data, String pointer) {
		JsonNode node = data.at(pointer);
		if (!node.isIntegralNumber()) {
			throw new InvalidEventException(pointer + " of the payload is no whole number");
		}
		return node.longValue();
	}

	static boolean flag(JsonNode data, String pointer) {
		return data.at(pointer).asBoolean(false);
	}

	static Timestamp time(JsonNode data, String pointer) {
		try {
			return Timestamp.from(Instant.parse(requiredText(data, pointer)));
		}
		catch (DateTimeException ex) {
			throw new InvalidEventException(pointer + " of the payload is no time", ex);
		}
	}

}
