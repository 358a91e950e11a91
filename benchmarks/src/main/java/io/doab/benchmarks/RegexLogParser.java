package io.doab.benchmarks;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.doab.webevents.log.LogLine;

/**
 * Reads sound lines of the combined format by a regular expression, without any of the
 * escapes: what {@link AccessLogBenchmark} compares with.
 */
final class RegexLogParser {

	private static final Pattern LINE = Pattern.compile(
			"^(\\S+) (\\S+) (.+?) \\[([^\\]]+)\\] \"(\\S+) (.+?) HTTP/[^\"]*\" (\\d{3}) (\\d+|-)(?: \"(.*?)\" \"(.*?)\")?$");

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

	private static final LogLine NONE = new LogLine("-", Instant.EPOCH, "-", "-", 400, 0, null, null);

	private RegexLogParser() {
	}

	static LogLine parse(String line) {
		Matcher matcher = LINE.matcher(line);
		if (!matcher.matches()) {
			return NONE;
		}
		String bytes = matcher.group(8);
		return new LogLine(matcher.group(1), OffsetDateTime.parse(matcher.group(4), TIME).toInstant(), matcher.group(5),
				matcher.group(6), Integer.parseInt(matcher.group(7)), bytes.equals("-") ? 0 : Long.parseLong(bytes),
				matcher.group(9), matcher.group(10));
	}

}
