package io.doab.destinations.webhook.call;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;

import org.jspecify.annotations.Nullable;

/** The header of that name: seconds, or a date (RFC 9110, section 10.2.3). */
final class RetryAfter {

	private static final Duration LONGEST = Duration.ofDays(1);

	private RetryAfter() {
	}

	/** How long to wait, a day at most; null when the text says nothing of use. */
	static @Nullable Duration parse(String text, Instant now) {
		try {
			Duration wait = text.isEmpty() || !text.chars().allMatch(Character::isDigit)
					? Duration.between(now, Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)))
					: Duration.ofSeconds(Long.parseLong(text));
			return wait.isNegative() ? Duration.ZERO : (wait.compareTo(LONGEST) < 0) ? wait : LONGEST;
		}
		catch (DateTimeException | NumberFormatException | ArithmeticException ex) {
			return null;
		}
	}

}
