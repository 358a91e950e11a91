package io.doab.webevents.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds of the parser whatever a line holds.
 */
class AccessLogParserPropertyTests {

	/** A message is made of these words: of the line it has none. */
	private static final Pattern MESSAGE = Pattern
		.compile("the field '(client|ident|user|time|request|method|path|status|bytes|referrer|user agent)' "
				+ "(is missing|has no closing quote|is no address and no host name|is no number from \\d+ to \\d+"
				+ "|is longer than \\d+ characters|is not like \\[17/May/2015:10:05:03 \\+0000\\])"
				+ "|the line goes on after the last field");

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss xx",
			Locale.ENGLISH);

	@Property(tries = 10_000)
	void aMutatedLineIsReadOrToldByItsField(@ForAll("mutatedLines") String line) {
		try {
			LogLine read = AccessLogParser.parse(line);
			assertThat(read.status()).isBetween(100, 599);
			assertThat(read.bytes()).isNotNegative();
			assertThat(read.method()).isNotEmpty();
			assertThat(read.path()).isNotEmpty();
		}
		catch (MalformedLineException ex) {
			assertThat(ex.getMessage()).matches(MESSAGE);
		}
	}

	@Property(tries = 2_000)
	void whatApacheEscapesIsReadAsItWas(@ForAll("fields") String referrer, @ForAll("fields") String agent)
			throws MalformedLineException {
		LogLine read = AccessLogParser.parse(line(apache(referrer), apache(agent)));
		assertThat(read.referrer()).isEqualTo(referrer);
		assertThat(read.userAgent()).isEqualTo(agent);
	}

	@Property(tries = 2_000)
	void whatNginxEscapesIsReadAsItWas(@ForAll("fields") String referrer, @ForAll("fields") String agent)
			throws MalformedLineException {
		LogLine read = AccessLogParser.parse(line(nginx(referrer), nginx(agent)));
		assertThat(read.referrer()).isEqualTo(referrer);
		assertThat(read.userAgent()).isEqualTo(agent);
	}

	@Property(tries = 2_000)
	void theTimeIsReadAsTheCalendarHasIt(@ForAll @LongRange(min = -62_000_000_000L, max = 250_000_000_000L) long second,
			@ForAll @IntRange(min = -18 * 60, max = 18 * 60) int offsetMinutes) {
		OffsetDateTime time = Instant.ofEpochSecond(second).atOffset(ZoneOffset.ofTotalSeconds(offsetMinutes * 60));
		assertThat(LogTime.parse(TIME.format(time), 0)).isEqualTo(second);
	}

	@Provide
	Arbitrary<String> mutatedLines() throws IOException {
		Arbitrary<List<Mutation>> mutations = Combinators
			.combine(Arbitraries.of(Mutation.Kind.class), Arbitraries.doubles().between(0, 1), pieces())
			.as(Mutation::new)
			.list()
			.ofMinSize(1)
			.ofMaxSize(6);
		return Combinators.combine(Arbitraries.of(lines()), mutations).as((line, changes) -> {
			String mutated = line;
			for (Mutation change : changes) {
				mutated = change.apply(mutated);
			}
			return mutated;
		});
	}

	/** What a parser may stumble over. */
	private static Arbitrary<String> pieces() {
		return Arbitraries.oneOf(Arbitraries.of("\"", "\\", "\\\"", "\\x", "\\xf", "\\xff", "\\x00", "[", "]", " [",
				"] \"", " ", "  ", "-", "\t", "\0", "\r", "HTTP/", " HTTP/1.1", "GET ", ":", "::", "%",
				"9999999999999999999999", "-1", "+", "[17/May/2015:10:05:03 +0000]", "[31/Feb/2015:25:61:61 +9999]",
				"\ud83d", "\u20ac", "\uffff"), Arbitraries.strings().ofMaxLength(5));
	}

	private static List<String> lines() throws IOException {
		List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("../infra/data/access-500.log")));
		lines.add("2001:db8::1 - - [17/May/2015:10:05:03 -0930] \"\\x16\\x03\\x01 /\" 400 157 \"-\" \"-\"");
		lines.add("example.com:443 ::1 - a b [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 - \"\\\"\" \"\\\\\"");
		lines.add("host.example.com - - [29/Feb/2016:23:59:60 +1400] \"-\" 408 -");
		return lines;
	}

	/** Text that a client may send in a header. */
	@Provide
	Arbitrary<String> fields() {
		return Arbitraries.strings()
			.withChars("abc \"\\x09nt/;()\t")
			.withCharRange('\u00a0', '\u2fff')
			.ofMinLength(1)
			.ofMaxLength(30)
			.filter((text) -> !text.equals("-"));
	}

	private static String line(String referrer, String agent) {
		return "192.0.2.7 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1 \"" + referrer + "\" \"" + agent
				+ "\"";
	}

	private static String apache(String text) {
		return escape(text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\t", "\\t"));
	}

	/** Tabs are bytes like others here. */
	private static String nginx(String text) {
		return escape(text.replace("\\", "\\x5C").replace("\"", "\\x22"));
	}

	private static String escape(String text) {
		StringBuilder escaped = new StringBuilder();
		for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
			if (b < ' ') {
				escaped.append(String.format("\\x%02x", b & 0xff));
			}
			else {
				escaped.append((char) b);
			}
		}
		return escaped.toString();
	}

	/**
	 * One change of a line.
	 *
	 * @param place from 0, its beginning, to 1, its end
	 */
	record Mutation(Kind kind, double place, String piece) {

		String apply(String line) {
			int at = (int) (this.place * line.length());
			int end = Math.min(line.length(), at + this.piece.length());
			return switch (this.kind) {
				case INSERT -> line.substring(0, at) + this.piece + line.substring(at);
				case REPLACE -> line.substring(0, at) + this.piece + line.substring(end);
				case DELETE -> line.substring(0, at) + line.substring(end);
				case CUT -> line.substring(0, at);
				case BEGIN -> line.substring(at);
				case DOUBLE -> line.substring(0, end) + line.substring(at);
			};
		}

		enum Kind {

			INSERT, REPLACE, DELETE, CUT, BEGIN, DOUBLE

		}

	}

}
