package io.doab.webevents.log;

/**
 * The field with the request: its method and its path, which may hold spaces, for some
 * clients send them.
 */
record RequestLine(String method, String path) {

	private static final String NONE = "-";

	private static final String PROTOCOL = " HTTP/";

	/**
	 * Takes a request apart.
	 * @param written the text with its escapes: the path, where the request is none of
	 * HTTP
	 */
	static RequestLine of(String text, String written) {
		int space = methodEnd(text);
		int protocol = (space > 0) ? text.lastIndexOf(PROTOCOL) : -1;
		if (protocol > space + 1) {
			return new RequestLine(text.substring(0, space), text.substring(space + 1, protocol));
		}
		if (isSimple(text, space)) {
			return new RequestLine("GET", text.substring(space + 1));
		}
		return new RequestLine(NONE, written.isEmpty() ? NONE : written);
	}

	/**
	 * Where the method ends, or -1 where there is none: it is a token of RFC 9110, 5.6.2.
	 */
	private static int methodEnd(String text) {
		int end = text.indexOf(' ');
		for (int i = 0; i < end; i++) {
			char c = text.charAt(i);
			boolean letterOrDigit = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
			if (!letterOrDigit && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
				return -1;
			}
		}
		return (end > 0) ? end : -1;
	}

	/** Of HTTP/0.9, which has a path and nothing else. */
	private static boolean isSimple(String text, int space) {
		return space == 3 && text.startsWith("GET /") && text.indexOf(' ', space + 1) < 0;
	}

}
