package io.doab.webevents.tail;

import org.jspecify.annotations.Nullable;

/**
 * A line of a file.
 *
 * @param offset where it begins
 * @param next where the next one begins
 * @param text what it says, without its end; null when it is too large
 */
record Line(long offset, long next, @Nullable String text) {

	boolean isBlank() {
		return this.text != null && this.text.isBlank();
	}

}
