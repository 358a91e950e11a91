package io.doab.webevents.log;

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Lines of access logs, as servers write them.
 */
class AccessLogParserTests {

	private static final String COMMON = "192.0.2.7 - - [17/May/2015:10:05:03 +0200] \"GET /a%20b?c=d HTTP/1.1\" 200 203023";

	@Test
	void theCommonFormatHasNeitherReferrerNorAgent() throws MalformedLineException {
		assertThat(AccessLogParser.parse(COMMON)).isEqualTo(new LogLine("192.0.2.7",
				Instant.parse("2015-05-17T08:05:03Z"), "GET", "/a%20b?c=d", 200, 203023, null, null));
	}

	@Test
	void theCombinedFormatHasBoth() throws MalformedLineException {
		LogLine line = AccessLogParser.parse(COMMON + " \"http://example.com/\" \"Mozilla/5.0 (X11)\"");
		assertThat(line.referrer()).isEqualTo("http://example.com/");
		assertThat(line.userAgent()).isEqualTo("Mozilla/5.0 (X11)");
	}

	@Test
	void dashesStandForWhatIsNotThere() throws MalformedLineException {
		LogLine line = AccessLogParser
			.parse("2001:db8::1 - frank jones [17/May/2015:10:05:03 +0000] \"HEAD / HTTP/1.0\" 304 - \"-\" \"-\"");
		assertThat(line.clientIp()).isEqualTo("2001:db8::1");
		assertThat(line.bytes()).isZero();
		assertThat(line.referrer()).isNull();
		assertThat(line.userAgent()).isNull();
	}

	@Test
	void theUserMayHoldSpacesAndBrackets() throws MalformedLineException {
		assertThat(AccessLogParser.parse(COMMON.replace("- - [", "- frank [x] jones [")))
			.isEqualTo(AccessLogParser.parse(COMMON));
	}

	@ParameterizedTest
	@ValueSource(strings = { "example.com:443 ", "192.0.2.1:80 ", "[2001:db8::2]:8443 " })
	void theVirtualHostMayStandBeforeTheClient(String host) throws MalformedLineException {
		assertThat(AccessLogParser.parse(host + COMMON)).isEqualTo(AccessLogParser.parse(COMMON));
	}

	@ParameterizedTest
	@ValueSource(strings = { "::1", "2001:DB8::a:80", "fe80::1%eth0", "::ffff:192.0.2.7", "crawl-1.example.com",
			"unix:", "my_host" })
	void theClientIsAnAddressOrAHostName(String client) throws MalformedLineException {
		assertThat(AccessLogParser.parse(COMMON.replace("192.0.2.7", client)).clientIp()).isEqualTo(client);
	}

	@Test
	void fieldsAreBounded() {
		assertThatThrownBy(() -> AccessLogParser.parse(COMMON.replace("/a%20b", "/" + "a".repeat(20_000))))
			.isInstanceOf(MalformedLineException.class)
			.hasMessage("the field 'path' is longer than 16384 characters");
		assertThatThrownBy(() -> AccessLogParser.parse(COMMON + " \"-\" \"" + "a".repeat(8_193) + "\""))
			.isInstanceOf(MalformedLineException.class)
			.hasMessage("the field 'user agent' is longer than 8192 characters");
	}

	@Test
	void quotesAndBytesMayBeEscaped() throws MalformedLineException {
		LogLine line = AccessLogParser.parse(COMMON + " \"a \\\"b\\\" \\\\c\" \"\\x41gent\\t\\x4\"");
		assertThat(line.referrer()).isEqualTo("a \"b\" \\c");
		assertThat(line.userAgent()).isEqualTo("Agent\tx4");
	}

	@Test
	void aBreakOfALineStaysEscaped() throws MalformedLineException {
		assertThat(AccessLogParser.parse(COMMON + " \"-\" \"a\\nb\\r\\v\\b\"").userAgent()).isEqualTo("a\\nb\\r\\v\\b");
	}

	@Test
	void aPathMayHoldSpaces() throws MalformedLineException {
		assertThat(AccessLogParser.parse(COMMON.replace("/a%20b?c=d", "/a b HTTP/2 c")).path())
			.isEqualTo("/a b HTTP/2 c");
	}

	@Test
	void bytesAreUtf8AndThoseThatControlStayAsTheyAreWritten() throws MalformedLineException {
		LogLine line = AccessLogParser.parse(
				COMMON.replace("/a%20b?c=d", "/caf\\xc3\\xa9\\x00") + " \"-\" \"\\xE2\\x82\\xAC \\x22 \\xff \\x1b\"");
		assertThat(line.path()).isEqualTo("/caf\u00e9\\x00");
		assertThat(line.userAgent()).isEqualTo("\u20ac \" \ufffd \\x1b");
	}

	/**
	 * Of Apache (time-out) and nginx (nothing, TLS where none is spoken), and HTTP/0.9.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
			"-" 408 -                                        | - | -                        | 408
			"" 400 0                                         | - | -                        | 400
			"\\x16\\x03\\x01\\x02 /" 400 157 "-" "-"         | - | \\x16\\x03\\x01\\x02 /     | 400
			"\\x16\\x03 \\xfc HTTP/1.1" 400 157 "-" "-"      | - | \\x16\\x03 \\xfc HTTP/1.1 | 400
			"GET /" 200 12                                   | GET | /                      | 200
			"hello" 400 226 "-" "-"                          | - | hello                    | 400
			""")
	void whatIsNoRequestOfHttpIsALineAllTheSame(String rest, String method, String path, int status)
			throws MalformedLineException {
		LogLine line = AccessLogParser.parse("192.0.2.7 - - [17/May/2015:10:05:03 +0000] " + rest);
		assertThat(line.method()).isEqualTo(method);
		assertThat(line.path()).isEqualTo(path);
		assertThat(line.status()).isEqualTo(status);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					''                                                                      | the field 'client' is missing
					192.0.2.7                                                               | the field 'ident' is missing
					192.0.2.7 -                                                             | the field 'user' is missing
					192.0.2.7 - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1         | the field 'user' is missing
					192.0.2.7 - -                                                           | the field 'time' is missing
					192.0.2.7 - - [yesterday] "GET / HTTP/1.1" 200 1                        | the field 'time' is not like
					192.0.2.7 - - [30/Feb/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1       | the field 'time' is not like
					192.0.2.7 - - [17/May/2015:24:05:03 +0000] "GET / HTTP/1.1" 200 1       | the field 'time' is not like
					192.0.2.7 - - [17/May/2015:10:05:03 +0000                               | the field 'time' is not like
					<script> - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1        | the field 'client' is no address and no host name
					192.0.2.7 - - [17/May/2015:10:05:03 +0000] GET / 200 1                  | the field 'request' is missing
					192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1 200 1        | the field 'request' has no closing quote
					192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1\\" 200 1     | the field 'request' has no closing quote
					192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 42 1        | the field 'status' is no number from 100 to 599
					192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 x       | the field 'bytes' is no number
					192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 99999999999999999999 | the field 'bytes' is no number
					192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "a"   | the field 'user agent' is missing
					192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "a" "b" c | the line goes on after the last field
					""")
	void aMalformedLineIsToldByTheFieldThatIsWrong(String line, String message) {
		assertThatThrownBy(() -> AccessLogParser.parse(line)).isInstanceOf(MalformedLineException.class)
			.hasMessageStartingWith(message);
	}

}
