package io.doab.stream.engine;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Times of events as text (RFC 3339), which every event costs once or twice: the form
 * that {@link Instant#toString} writes is read without a formatter, and one moment, which
 * many events have in common, is written once. Safe for use by many threads.
 */
final class Rfc3339 {

	private static final int SECONDS_LENGTH = "2026-01-31T23:59:59Z".length();

	private static final int MAX_LENGTH = "2026-01-31T23:59:59.123456789Z".length();

	private static final int[] NANOS_OF_UNIT = { 1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000,
			1_000, 100, 10, 1 };

	private volatile Written last = new Written(Instant.EPOCH, Instant.EPOCH.toString());

	String write(Instant time) {
		Written written = this.last;
		if (!written.time().equals(time)) {
			written = new Written(time, time.toString());
			this.last = written;
		}
		return written.text();
	}

	/**
	 * The time that a text is.
	 * @throws DateTimeException when it is none
	 */
	static Instant read(String text) {
		int length = text.length();
		if (length >= SECONDS_LENGTH && length <= MAX_LENGTH && hasForm(text, length)) {
			int year = number(text, 0, 4);
			int month = number(text, 5, 7);
			int day = number(text, 8, 10);
			int hour = number(text, 11, 13);
			int minute = number(text, 14, 16);
			int second = number(text, 17, 19);
			int fraction = (length > SECONDS_LENGTH) ? number(text, 20, length - 1) : 0;
			if ((year | month | day | hour | minute | second | fraction) >= 0 && hour < 24 && minute < 60
					&& second < 60) {
				long seconds = LocalDate.of(year, month, day).toEpochDay() * 86_400 + hour * 3_600L + minute * 60L
						+ second;
				int digits = Math.max(0, length - 1 - SECONDS_LENGTH);
				return Instant.ofEpochSecond(seconds, (long) fraction * NANOS_OF_UNIT[digits]);
			}
		}
		return Instant.parse(text);
	}

	private static boolean hasForm(String text, int length) {
		return text.charAt(4) == '-' && text.charAt(7) == '-' && text.charAt(10) == 'T' && text.charAt(13) == ':'
				&& text.charAt(16) == ':' && text.charAt(length - 1) == 'Z'
				&& (length == SECONDS_LENGTH || (text.charAt(19) == '.' && length > SECONDS_LENGTH + 1));
	}

	/** The number that stands there, or -1 when there is something else. */
	private static int number(String text, int from, int to) {
		int number = 0;
		for (int i = from; i < to; i++) {
			int digit = text.charAt(i) - '0';
			if (digit < 0 || digit > 9) {
				return -1;
			}
			number = number * 10 + digit;
		}
		return number;
	}

	private record Written(Instant time, String text) {

	}

}
