package io.doab.cli;

import java.time.Duration;

import org.springframework.boot.convert.DurationStyle;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Durations as configuration has them: {@code 500ms}, {@code 90s}, {@code PT1M}.
 */
final class DurationConverter implements ITypeConverter<Duration> {

	@Override
	public Duration convert(String typed) {
		try {
			Duration duration = DurationStyle.detectAndParse(typed);
			if (duration.isPositive() && duration.compareTo(Duration.ofDays(36_500)) <= 0) {
				return duration;
			}
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			// The message says what is expected.
		}
		throw new TypeConversionException("'" + typed + "' is no time: expected 500ms, 90s, 15m or the like");
	}

}
