package io.doab.stream.rest;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream, one at a time, none larger than a bound: of a larger one only
 * that it was there is known. Ends of lines are LF or CRLF. Not for several threads.
 */
final class BoundedLines {

	private final InputStream in;

	private final int maxBytes;

	private final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);

	private long number;

	BoundedLines(InputStream in, int maxBytes) {
		this.in = new BufferedInputStream(in, 64 * 1024);
		this.maxBytes = maxBytes;
	}

	/** The next line, or null at the end. */
	@Nullable Line next() throws IOException {
		this.line.reset();
		boolean tooLarge = false;
		int next = this.in.read();
		if (next < 0) {
			return null;
		}
		while (next >= 0 && next != '\n') {
			if (this.line.size() < this.maxBytes) {
				this.line.write(next);
			}
			else {
				tooLarge = true;
			}
			next = this.in.read();
		}
		byte[] bytes = this.line.toByteArray();
		if (bytes.length > 0 && bytes[bytes.length - 1] == '\r') {
			bytes = Arrays.copyOf(bytes, bytes.length - 1);
		}
		return new Line(++this.number, bytes, tooLarge);
	}

	/**
	 * One line.
	 *
	 * @param number from 1
	 * @param tooLarge whether bytes are missing for it is larger than the bound
	 */
	record Line(long number, byte[] bytes, boolean tooLarge) {

		boolean isBlank() {
			for (byte b : this.bytes) {
				if (b != ' ' && b != '\t') {
					return false;
				}
			}
			return !this.tooLarge;
		}

	}

}
