package io.doab.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.doab.stream.Position;
import io.doab.stream.StreamPoint;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Points of a stream as they are typed: {@code beginning}, {@code now}, a time, how long
 * ago, a position. A parenthesis before it leaves out what is just there, as Redis has
 * it.
 */
final class PointConverter implements ITypeConverter<StreamPoint> {

	static final String FORMS = "beginning, now, a time (2026-11-28T10:15:00Z, or without a zone by the clock here),"
			+ " how long ago (90s, 15m, 2h, 7d), or the position of an event; with ( before it, not what is just there";

	private static final Pattern POSITION = Pattern.compile("\\d+(-\\d+)?");

	private static final Pattern AGO = Pattern.compile("(\\d{1,9})(s|m|h|d)");

	private static final List<Function<String, Instant>> TIMES = List.of(
			(text) -> OffsetDateTime.parse(text).toInstant(),
			(text) -> LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant(),
			(text) -> LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant());

	@Override
	public StreamPoint convert(String typed) {
		boolean inclusive = !typed.startsWith("(");
		String text = inclusive ? typed : typed.substring(1);
		return switch (text) {
			case "beginning" -> StreamPoint.beginning();
			case "now" -> StreamPoint.now();
			case String position when POSITION.matcher(position).matches() -> place(position, inclusive);
			default -> new StreamPoint.Time(time(text), inclusive);
		};
	}

	private static StreamPoint place(String text, boolean inclusive) {
		try {
			return new StreamPoint.Place(Position.parse(text), inclusive);
		}
		catch (IllegalArgumentException ex) {
			throw new TypeConversionException(String.valueOf(ex.getMessage()));
		}
	}

	private static Instant time(String text) {
		Matcher ago = AGO.matcher(text);
		if (ago.matches()) {
			return Instant.now().minus(duration(ago));
		}
		for (Function<String, Instant> parser : TIMES) {
			try {
				return parser.apply(text);
			}
			catch (DateTimeException ex) {
				// It may be of the next form.
			}
		}
		throw new TypeConversionException("'" + text + "' is no point of a stream: expected " + FORMS);
	}

	private static Duration duration(Matcher ago) {
		long number = Long.parseLong(ago.group(1));
		return switch (ago.group(2)) {
			case "s" -> Duration.ofSeconds(number);
			case "m" -> Duration.ofMinutes(number);
			case "h" -> Duration.ofHours(number);
			default -> Duration.ofDays(number);
		};
	}

}
