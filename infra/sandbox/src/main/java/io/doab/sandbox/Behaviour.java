package io.doab.sandbox;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * How a part of the sandbox treats its callers.
 *
 * @param delay how long each of them waits for an answer
 * @param down whether the connection ends without an answer
 * @param status what is answered instead, 0 for what is right
 * @param everyNth how many calls there are to one that is hit by {@code down} or
 * {@code status}
 * @param keep whether what such a call brought is kept all the same, as by a server whose
 * answer is lost
 * @param retryAfter when to come again, as an answer with a status says it
 */
record Behaviour(Duration delay, boolean down, int status, int everyNth, boolean keep, @Nullable Duration retryAfter) {

	static final Behaviour GOOD = new Behaviour(Duration.ZERO, false, 0, 1, false, null);

	private static final Set<String> FIELDS = new TreeSet<>(
			Set.of("delay", "down", "status", "everyNth", "keep", "retryAfter"));

	private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)");

	private static final Duration LONGEST_DELAY = Duration.ofMinutes(10);

	/**
	 * Reads it as a person writes it.
	 * @throws BadRequest naming the field that is wrong and what is expected
	 */
	static Behaviour read(JsonNode json) {
		if (!json.isObject()) {
			throw new BadRequest("expected a JSON object with some of " + FIELDS);
		}
		for (String name : json.propertyNames()) {
			if (!FIELDS.contains(name)) {
				throw new BadRequest("there is no '" + name + "': expected some of " + FIELDS);
			}
		}
		Behaviour behaviour = new Behaviour(duration(json, "delay", Duration.ZERO), flag(json, "down"),
				number(json, "status", 0, 300, 599), number(json, "everyNth", 1, 1, 1_000_000), flag(json, "keep"),
				json.has("retryAfter") ? duration(json, "retryAfter", Duration.ZERO) : null);
		if (!behaviour.isFaulty() && (json.has("everyNth") || json.has("keep") || json.has("retryAfter"))) {
			throw new BadRequest("everyNth, keep and retryAfter go with a status or with down");
		}
		return behaviour;
	}

	/** Whether it does to calls what is wrong, beside being slow. */
	boolean isFaulty() {
		return this.down || this.status != 0;
	}

	/** The same without what is wrong. */
	Behaviour slowOnly() {
		return new Behaviour(this.delay, false, 0, 1, false, null);
	}

	/** The form that {@link #read} takes. */
	Map<String, Object> toJson() {
		Map<String, Object> json = new LinkedHashMap<>();
		if (!this.delay.isZero()) {
			json.put("delay", this.delay.toMillis() + "ms");
		}
		if (this.down) {
			json.put("down", true);
		}
		if (this.status != 0) {
			json.put("status", this.status);
		}
		if (isFaulty()) {
			json.put("everyNth", this.everyNth);
		}
		if (this.keep) {
			json.put("keep", true);
		}
		if (this.retryAfter != null) {
			json.put("retryAfter", this.retryAfter.toSeconds() + "s");
		}
		return json;
	}

	private static Duration duration(JsonNode json, String field, Duration absent) {
		if (!json.has(field)) {
			return absent;
		}
		Matcher found = DURATION.matcher(json.get(field).asString(""));
		if (found.matches()) {
			long amount = Long.parseLong(found.group(1));
			Duration duration = switch (found.group(2)) {
				case "ms" -> Duration.ofMillis(amount);
				case "s" -> Duration.ofSeconds(amount);
				default -> Duration.ofMinutes(amount);
			};
			if (duration.compareTo(LONGEST_DELAY) <= 0) {
				return duration;
			}
		}
		throw new BadRequest(field + ": expected a time up to 10m, as \"500ms\", \"2s\" or \"1m\"");
	}

	private static int number(JsonNode json, String field, int absent, int least, int most) {
		if (!json.has(field)) {
			return absent;
		}
		JsonNode value = json.get(field);
		if (!value.isInt() || value.intValue() < least || value.intValue() > most) {
			throw new BadRequest(field + ": expected a number from " + least + " to " + most);
		}
		return value.intValue();
	}

	private static boolean flag(JsonNode json, String field) {
		if (json.has(field) && !json.get(field).isBoolean()) {
			throw new BadRequest(field + ": expected true or false");
		}
		return json.has(field) && json.get(field).booleanValue();
	}

}
