package io.doab.destinations.webhook;

import java.util.regex.Pattern;

/**
 * Event types that a subscription wants: one, all that begin alike ({@code payment.*}),
 * or all ({@code *}).
 */
record EventTypePattern(String text) {

	static final String FORM = "\\*|[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*(\\.\\*)?";

	private static final Pattern PATTERN = Pattern.compile(FORM);

	EventTypePattern {
		if (!PATTERN.matcher(text).matches()) {
			throw new IllegalArgumentException("'" + text + "' is no event type or pattern of some");
		}
	}

	boolean matches(String type) {
		return this.text.equals("*") || this.text.equals(type)
				|| (this.text.endsWith(".*") && type.startsWith(this.text.substring(0, this.text.length() - 1)));
	}

}
