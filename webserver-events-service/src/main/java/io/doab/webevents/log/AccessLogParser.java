package io.doab.webevents.log;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads lines of the common and the combined log format, as Apache httpd and nginx write
 * them:
 *
 * <pre>
 * client ident user [day/month/year:hour:minute:second zone] "method path protocol" status bytes
 * ... "referrer" "user agent"
 * </pre>
 *
 * Quoted fields may hold quotes and backslashes escaped by a backslash (Apache) and bytes
 * of UTF-8 as {@code \xhh} (nginx, Apache); what such bytes are control characters stays
 * as it is written.
 *
 * <p>
 * A server logs what is no request of HTTP as well: a connection that timed out, or bytes
 * of another protocol. Such a line has the method {@code -} and as path the request as it
 * is written.
 */
public final class AccessLogParser {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

	private static final String NONE = "-";

	/** A method is a token of RFC 9110, 5.6.2. */
	private static final Pattern REQUEST = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+) (.+) HTTP/.*",
			Pattern.DOTALL);

	/** The request of HTTP/0.9, which has a path and nothing else. */
	private static final Pattern SIMPLE_REQUEST = Pattern.compile("GET (/\\S*)");

	private AccessLogParser() {
	}

	/**
	 * Reads a line without its end.
	 * @throws MalformedLineException when it is of neither format
	 */
	public static LogLine parse(String line) throws MalformedLineException {
		Cursor cursor = new Cursor(line);
		String clientIp = cursor.word("client");
		cursor.word("ident");
		cursor.user();
		Instant time = time(cursor.bracketed("time"));
		String[] request = request(cursor.quoted("request"), cursor.lastWritten());
		int status = (int) number(cursor.word("status"), "status", 100, 599);
		String size = cursor.word("bytes");
		long bytes = size.equals("-") ? 0 : number(size, "bytes", 0, Long.MAX_VALUE);
		String referrer = null;
		String userAgent = null;
		if (!cursor.atEnd()) {
			referrer = dashIsNull(cursor.quoted("referrer"));
			userAgent = dashIsNull(cursor.quoted("user agent"));
		}
		cursor.requireEnd();
		return new LogLine(clientIp, time, request[0], request[1], status, bytes, referrer, userAgent);
	}

	private static Instant time(String text) throws MalformedLineException {
		try {
			return OffsetDateTime.parse(text, TIME).toInstant();
		}
		catch (DateTimeException ex) {
			throw new MalformedLineException("the time is not like [17/May/2015:10:05:03 +0000]");
		}
	}

	/** Method and path. The path may hold spaces, for some clients send them. */
	private static String[] request(String text, String written) {
		Matcher request = REQUEST.matcher(text);
		if (request.matches()) {
			return new String[] { request.group(1), request.group(2) };
		}
		Matcher simple = SIMPLE_REQUEST.matcher(text);
		return simple.matches() ? new String[] { "GET", simple.group(1) }
				: new String[] { NONE, written.isEmpty() ? NONE : written };
	}

	private static long number(String text, String field, long least, long most) throws MalformedLineException {
		try {
			long number = Long.parseLong(text);
			if (number >= least && number <= most) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Told below, with what is expected.
		}
		throw new MalformedLineException("the field '" + field + "' is no number from " + least + " to " + most);
	}

	private static @Nullable String dashIsNull(String text) {
		return text.equals("-") ? null : text;
	}

	/** Walks through a line. */
	private static final class Cursor {

		/** Of a byte as {@code \xhh}. */
		private static final int BYTE_LENGTH = 4;

		private final String line;

		private int at;

		private String lastWritten = "";

		private Cursor(String line) {
			this.line = line;
		}

		private String word(String field) throws MalformedLineException {
			skipSpaces();
			int end = this.line.indexOf(' ', this.at);
			end = (end < 0) ? this.line.length() : end;
			if (end == this.at) {
				throw missing(field);
			}
			String word = this.line.substring(this.at, end);
			this.at = end;
			return word;
		}

		/** The user, who may hold spaces: all up to the time. */
		private void user() throws MalformedLineException {
			int end = this.line.indexOf(" [", this.at);
			if (end <= this.at) {
				throw missing("user");
			}
			this.at = end;
		}

		private String bracketed(String field) throws MalformedLineException {
			skipSpaces();
			int end = this.line.indexOf(']', this.at);
			if (this.at >= this.line.length() || this.line.charAt(this.at) != '[' || end < 0) {
				throw missing(field);
			}
			String content = this.line.substring(this.at + 1, end);
			this.at = end + 1;
			return content;
		}

		private String quoted(String field) throws MalformedLineException {
			skipSpaces();
			if (atEnd() || this.line.charAt(this.at) != '"') {
				throw missing(field);
			}
			StringBuilder content = new StringBuilder();
			int i = this.at + 1;
			while (i < this.line.length() && this.line.charAt(i) != '"') {
				if (this.line.charAt(i) == '\\' && i + 1 < this.line.length()) {
					i = unescape(i + 1, content);
				}
				else {
					content.append(this.line.charAt(i));
					i++;
				}
			}
			if (i >= this.line.length()) {
				throw new MalformedLineException("the field '" + field + "' has no closing quote");
			}
			this.lastWritten = this.line.substring(this.at + 1, i);
			this.at = i + 1;
			return content.toString();
		}

		/** The quoted field that was read last, with its escapes. */
		private String lastWritten() {
			return this.lastWritten;
		}

		/**
		 * Appends what the escape after a backslash stands for, and returns where it
		 * ends.
		 */
		private int unescape(int i, StringBuilder content) {
			if (escapedByte(i - 1) >= 0) {
				return unescapeBytes(i - 1, content);
			}
			char escaped = this.line.charAt(i);
			content.append(switch (escaped) {
				case 'n' -> '\n';
				case 't' -> '\t';
				case 'r' -> '\r';
				default -> escaped;
			});
			return i + 1;
		}

		/** Bytes in a row are one text: a character may need several. */
		private int unescapeBytes(int from, StringBuilder content) {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			int i = from;
			for (int next = escapedByte(i); next >= 0; next = escapedByte(i)) {
				bytes.write(next);
				i += BYTE_LENGTH;
			}
			bytes.toString(StandardCharsets.UTF_8).chars().forEach((c) -> {
				if (Character.isISOControl(c)) {
					content.append(String.format("\\x%02x", c));
				}
				else {
					content.append((char) c);
				}
			});
			return i;
		}

		/** The byte that {@code \xhh} stands for, or -1 where there is none. */
		private int escapedByte(int i) {
			if (i + BYTE_LENGTH > this.line.length() || !this.line.startsWith("\\x", i)) {
				return -1;
			}
			int high = Character.digit(this.line.charAt(i + 2), 16);
			int low = Character.digit(this.line.charAt(i + 3), 16);
			return (high >= 0 && low >= 0) ? high * 16 + low : -1;
		}

		private boolean atEnd() {
			skipSpaces();
			return this.at >= this.line.length();
		}

		private void requireEnd() throws MalformedLineException {
			if (!atEnd()) {
				throw new MalformedLineException("the line goes on after the last field");
			}
		}

		private void skipSpaces() {
			while (this.at < this.line.length() && this.line.charAt(this.at) == ' ') {
				this.at++;
			}
		}

		private static MalformedLineException missing(String field) {
			return new MalformedLineException("the field '" + field + "' is missing");
		}

	}

}
