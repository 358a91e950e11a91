package io.doab.destinations.crm;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * How long a server asks to be left alone (RFC 9110, 10.2.3): seconds, or the date of the
 * end.
 */
final class RetryAfterHeader {

	private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

	private RetryAfterHeader() {
	}

	/**
	 * Reads the header.
	 * @param value null when there is none
	 * @param longest what a longer time is cut to
	 * @return zero when there is none, it cannot be read or it is over
	 */
	static Duration read(@Nullable String value, Instant now, Duration longest) {
		Duration asked = (value != null) ? read(value.trim(), now) : Duration.ZERO;
		if (asked.isNegative()) {
			return Duration.ZERO;
		}
		return (asked.compareTo(longest) < 0) ? asked : longest;
	}

	private static Duration read(String value, Instant now) {
		if (SECONDS.matcher(value).matches()) {
			return Duration.ofSeconds(Long.parseLong(value));
		}
		try {
			return Duration.between(now, ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
		}
		catch (DateTimeParseException ex) {
			return Duration.ZERO;
		}
	}

}
