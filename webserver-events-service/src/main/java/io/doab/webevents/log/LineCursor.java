package io.doab.webevents.log;

/**
 * Walks through a line of a log from field to field. Not for several threads.
 */
final class LineCursor {

	private final String line;

	private int at;

	private String lastWritten = "";

	LineCursor(String line) {
		this.line = line;
	}

	/** A field that ends at a space. */
	String word(String field) throws MalformedLineException {
		int begin = skipWord(field);
		return this.line.substring(begin, this.at);
	}

	/** Passes over a field that ends at a space, and returns where it began. */
	int skipWord(String field) throws MalformedLineException {
		skipSpaces();
		int begin = this.at;
		int end = this.line.indexOf(' ', begin);
		this.at = (end < 0) ? this.line.length() : end;
		if (this.at == begin) {
			throw missing(field);
		}
		return begin;
	}

	/**
	 * Passes over the user, who may hold spaces and brackets, and reads the time behind:
	 * seconds of the epoch.
	 */
	long userAndTime() throws MalformedLineException {
		skipSpaces();
		if (this.at >= this.line.length() || this.line.charAt(this.at) == '[') {
			throw missing("user");
		}
		int open = this.line.indexOf(" [", this.at);
		if (open < 0) {
			throw missing("time");
		}
		for (; open >= 0; open = this.line.indexOf(" [", open + 1)) {
			int end = open + 2 + LogTime.LENGTH;
			if (end < this.line.length() && this.line.charAt(end) == ']') {
				long time = LogTime.parse(this.line, open + 2);
				if (time != LogTime.NONE) {
					this.at = end + 1;
					return time;
				}
			}
		}
		throw new MalformedLineException("the field 'time' is not like [17/May/2015:10:05:03 +0000]");
	}

	/** A field between quotes, with what its escapes stand for. */
	String quoted(String field) throws MalformedLineException {
		if (atEnd() || this.line.charAt(this.at) != '"') {
			throw missing(field);
		}
		int begin = this.at + 1;
		int end = this.line.indexOf('"', begin);
		if (end < 0) {
			throw notClosed(field);
		}
		int escape = this.line.indexOf('\\', begin, end);
		if (escape >= 0) {
			end = EscapedText.end(this.line, escape);
			if (end < 0) {
				throw notClosed(field);
			}
		}
		this.at = end + 1;
		this.lastWritten = this.line.substring(begin, end);
		return (escape < 0) ? this.lastWritten : EscapedText.read(this.lastWritten);
	}

	/** The quoted field that was read last, with its escapes. */
	String lastWritten() {
		return this.lastWritten;
	}

	/** A size, of which a dash stands for none. */
	long numberOrDash(String field) throws MalformedLineException {
		skipSpaces();
		if (this.line.startsWith("-", this.at)
				&& (this.at + 1 == this.line.length() || this.line.charAt(this.at + 1) == ' ')) {
			this.at++;
			return 0;
		}
		return number(field, 0, Long.MAX_VALUE);
	}

	/** A number in decimal digits. */
	long number(String field, long least, long most) throws MalformedLineException {
		int begin = skipWord(field);
		long number = 0;
		for (int i = begin; i < this.at; i++) {
			int digit = this.line.charAt(i) - '0';
			if (digit < 0 || digit > 9 || number > (Long.MAX_VALUE - digit) / 10) {
				throw noNumber(field, least, most);
			}
			number = number * 10 + digit;
		}
		if (number < least || number > most) {
			throw noNumber(field, least, most);
		}
		return number;
	}

	boolean atEnd() {
		skipSpaces();
		return this.at >= this.line.length();
	}

	void requireEnd() throws MalformedLineException {
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

	private static MalformedLineException notClosed(String field) {
		return new MalformedLineException("the field '" + field + "' has no closing quote");
	}

	private static MalformedLineException noNumber(String field, long least, long most) {
		return new MalformedLineException("the field '" + field + "' is no number from " + least + " to " + most);
	}

}
