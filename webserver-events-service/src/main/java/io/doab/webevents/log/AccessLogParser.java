package io.doab.webevents.log;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Reads lines of the common and the combined log format, as Apache httpd and nginx write
 * them, with or without the virtual host before them:
 *
 * <pre>
 * [host:port] client ident user [day/month/year:hour:minute:second zone] "method path protocol" status bytes
 * ... "referrer" "user agent"
 * </pre>
 *
 * Quoted fields may hold what the servers escape ({@link EscapedText}).
 *
 * <p>
 * A server logs what is no request of HTTP as well: a connection that timed out, or bytes
 * of another protocol. Such a line has the method {@code -} and as path the request as it
 * is written.
 *
 * <p>
 * It is written for speed, for a log may be read from its beginning: characters are
 * looked at where they stand, without regular expressions. Safe for use by many threads.
 */
public final class AccessLogParser {

	private static final String NONE = "-";

	private AccessLogParser() {
	}

	/**
	 * Reads a line without its end.
	 * @throws MalformedLineException when it is of neither format, or a field is larger
	 * than {@link LogLine} allows
	 */
	public static LogLine parse(String line) throws MalformedLineException {
		LineCursor cursor = new LineCursor(line);
		String clientIp = client(cursor);
		cursor.skipWord("ident");
		long time = cursor.userAndTime();
		RequestLine request = RequestLine.of(cursor.quoted("request"), cursor.lastWritten());
		int status = (int) cursor.number("status", 100, 599);
		long bytes = cursor.numberOrDash("bytes");
		String referrer = null;
		String userAgent = null;
		if (!cursor.atEnd()) {
			referrer = optional(cursor.quoted("referrer"), "referrer", LogLine.MAX_TEXT_LENGTH);
			userAgent = optional(cursor.quoted("user agent"), "user agent", LogLine.MAX_AGENT_LENGTH);
			cursor.requireEnd();
		}
		return new LogLine(clientIp, Instant.ofEpochSecond(time),
				bounded(request.method(), "method", LogLine.MAX_METHOD_LENGTH),
				bounded(request.path(), "path", LogLine.MAX_TEXT_LENGTH), status, bytes, referrer, userAgent);
	}

	/** The client, who stands behind the virtual host where the line has one. */
	private static String client(LineCursor cursor) throws MalformedLineException {
		String first = cursor.word("client");
		String client = isHostAndPort(first) ? cursor.word("client") : first;
		if (client.length() > LogLine.MAX_CLIENT_LENGTH || !isAddressOrName(client)) {
			throw new MalformedLineException("the field 'client' is no address and no host name");
		}
		return client;
	}

	/** No client is one: in an IPv6 address there are two colons, or more. */
	private static boolean isHostAndPort(String word) {
		int colon = word.lastIndexOf(':');
		if (colon <= 0 || colon == word.length() - 1 || (word.charAt(0) != '[' && word.indexOf(':') < colon)
				|| (word.charAt(0) == '[' && word.charAt(colon - 1) != ']')) {
			return false;
		}
		for (int i = colon + 1; i < word.length(); i++) {
			if (word.charAt(i) < '0' || word.charAt(i) > '9') {
				return false;
			}
		}
		return true;
	}

	private static boolean isAddressOrName(String word) {
		for (int i = 0; i < word.length(); i++) {
			char c = word.charAt(i);
			boolean allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= ':') || (c >= 'A' && c <= 'Z') || c == '.'
					|| c == '-' || c == '_' || c == '%';
			if (!allowed) {
				return false;
			}
		}
		return true;
	}

	private static @Nullable String optional(String text, String field, int maxLength) throws MalformedLineException {
		return text.equals(NONE) ? null : bounded(text, field, maxLength);
	}

	private static String bounded(String text, String field, int maxLength) throws MalformedLineException {
		if (text.length() > maxLength) {
			throw new MalformedLineException("the field '" + field + "' is longer than " + maxLength + " characters");
		}
		return text;
	}

}
