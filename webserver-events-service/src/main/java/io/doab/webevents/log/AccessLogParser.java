package io.doab.webevents.log;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

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
 * as {@code \xhh} (nginx, Apache).
 */
public final class AccessLogParser {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

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
		String[] request = request(cursor.quoted("request"));
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
	private static String[] request(String text) throws MalformedLineException {
		int method = text.indexOf(' ');
		int protocol = text.lastIndexOf(" HTTP/");
		if (method < 1 || protocol <= method) {
			throw new MalformedLineException("the request is not like \"GET /path HTTP/1.1\"");
		}
		return new String[] { text.substring(0, method), text.substring(method + 1, protocol) };
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

		private final String line;

		private int at;

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
			this.at = i + 1;
			return content.toString();
		}

		/** Appends what an escape stands for, and returns where it ends. */
		private int unescape(int i, StringBuilder content) {
			char escaped = this.line.charAt(i);
			if (escaped == 'x' && i + 2 < this.line.length()) {
				int high = Character.digit(this.line.charAt(i + 1), 16);
				int low = Character.digit(this.line.charAt(i + 2), 16);
				if (high >= 0 && low >= 0) {
					content.append((char) (high * 16 + low));
					return i + 3;
				}
			}
			content.append(switch (escaped) {
				case 'n' -> '\n';
				case 't' -> '\t';
				case 'r' -> '\r';
				default -> escaped;
			});
			return i + 1;
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
