package io.doab.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Lines as payloads, with a key before each where there is a separator. Empty lines are
 * passed over.
 */
final class LineEvents {

	private final InputStream in;

	private final int maxBytes;

	private final @Nullable String separator;

	LineEvents(InputStream in, int maxBytes, @Nullable String separator) {
		this.in = in;
		this.maxBytes = maxBytes;
		this.separator = (separator != null) ? separator.replace("\\t", "\t") : null;
		if (this.separator != null && this.separator.isEmpty()) {
			throw new IllegalArgumentException("--key-separator must not be empty");
		}
	}

	/** A line. */
	record Line(@Nullable String key, byte[] data) {
	}

	/**
	 * Reads them all.
	 * @throws IllegalArgumentException when one is too long or has no key; those before
	 * it were given
	 */
	void forEach(Consumer<Line> sink) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		long number = 1;
		for (int next = this.in.read(); next >= 0; next = this.in.read()) {
			if (next == '\n') {
				give(line.toByteArray(), number++, sink);
				line.reset();
			}
			else if (line.size() >= this.maxBytes) {
				throw new IllegalArgumentException("Line " + number + " has more than " + this.maxBytes
						+ " bytes; the lines before it are published");
			}
			else {
				line.write(next);
			}
		}
		give(line.toByteArray(), number, sink);
	}

	private void give(byte[] bytes, long number, Consumer<Line> sink) {
		String text = new String(bytes, StandardCharsets.UTF_8).stripTrailing();
		if (text.isEmpty()) {
			return;
		}
		if (this.separator == null) {
			sink.accept(new Line(null, text.getBytes(StandardCharsets.UTF_8)));
			return;
		}
		int at = text.indexOf(this.separator);
		if (at < 0) {
			throw new IllegalArgumentException(
					"Line " + number + " has no separator, and so no key; the lines before it are published");
		}
		sink.accept(new Line(text.substring(0, at),
				text.substring(at + this.separator.length()).getBytes(StandardCharsets.UTF_8)));
	}

}
