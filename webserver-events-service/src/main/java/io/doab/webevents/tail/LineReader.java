package io.doab.webevents.tail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads whole lines. What has no end yet is left for the next time, and bytes that are
 * not UTF-8 are read as U+FFFD. Not for several threads.
 */
final class LineReader {

	private static final int LEAST_BUFFER_BYTES = 256 * 1024;

	private final int maxLineBytes;

	private final int maxLines;

	private final ByteBuffer buffer;

	/**
	 * How far a line too large for the buffer was looked through for its end in vain, and
	 * which: it is not looked through from its beginning each time.
	 */
	private long searchedTo;

	private long searchedFrom = -1;

	LineReader(int maxLineBytes, int maxLines) {
		this.maxLineBytes = maxLineBytes;
		this.maxLines = maxLines;
		this.buffer = ByteBuffer.allocate(Math.max(LEAST_BUFFER_BYTES, maxLineBytes + 2));
	}

	/** Reads the lines from an offset on, as many as are taken at a time. */
	List<Line> read(LogSource source, long offset) throws IOException {
		int filled = fill(source, offset);
		byte[] bytes = this.buffer.array();
		List<Line> lines = new ArrayList<>();
		int begin = 0;
		for (int i = 0; i < filled && lines.size() < this.maxLines; i++) {
			if (bytes[i] == '\n') {
				lines.add(line(offset, begin, i, i + 1));
				begin = i + 1;
			}
		}
		if (lines.isEmpty() && filled == bytes.length) {
			long end = findEnd(source, offset, offset + filled);
			if (end >= 0) {
				lines.add(new Line(offset, end, null));
			}
		}
		return lines;
	}

	/**
	 * Reads what stands behind the last end of a line, of a file that will not go on: at
	 * most one line.
	 */
	List<Line> readRest(LogSource source, long offset) throws IOException {
		int filled = fill(source, offset);
		if (filled == 0) {
			return List.of();
		}
		if (filled < this.buffer.capacity()) {
			return List.of(line(offset, 0, filled, filled));
		}
		return List.of(new Line(offset, source.size(), null));
	}

	private int fill(LogSource source, long offset) throws IOException {
		this.buffer.clear();
		source.read(offset, this.buffer);
		return this.buffer.position();
	}

	private Line line(long offset, int begin, int end, int next) {
		byte[] bytes = this.buffer.array();
		int last = (end > begin && bytes[end - 1] == '\r') ? end - 1 : end;
		String text = (last - begin <= this.maxLineBytes)
				? new String(bytes, begin, last - begin, StandardCharsets.UTF_8) : null;
		return new Line(offset + begin, offset + next, text);
	}

	/** Where the line after the one at that offset begins, or -1. */
	private long findEnd(LogSource source, long offset, long from) throws IOException {
		long at = (this.searchedFrom == offset) ? Math.max(from, this.searchedTo) : from;
		for (int filled = fill(source, at); filled > 0; filled = fill(source, at)) {
			for (int i = 0; i < filled; i++) {
				if (this.buffer.get(i) == '\n') {
					this.searchedFrom = -1;
					return at + i + 1;
				}
			}
			at += filled;
		}
		this.searchedFrom = offset;
		this.searchedTo = at;
		return -1;
	}

}
