package io.doab.webevents.tail;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

import io.doab.stream.EventIds;

import org.jspecify.annotations.Nullable;

/**
 * A file that is being read. Not for several threads.
 */
final class TailedFile implements Closeable {

	private final LineReader reader;

	private FilePosition position;

	private @Nullable LogSource source;

	/**
	 * When it last had a new line, or was rotated away, by {@link System#nanoTime}.
	 */
	private long grownNanos = System.nanoTime();

	TailedFile(FilePosition position, LineReader reader) {
		this.position = position;
		this.reader = reader;
	}

	FilePosition position() {
		return this.position;
	}

	boolean isOpen() {
		return this.source != null;
	}

	/** It was found. */
	void open(LogSource found, @Nullable String fileKey) {
		this.source = found;
		this.position = this.position.withFileKey(fileKey);
	}

	/**
	 * Whether it is still the file that it was: neither shortened nor written anew in its
	 * place. What was read before this was asked is its own, if it is.
	 */
	boolean isSame() throws IOException {
		LogSource opened = this.source;
		return opened == null || !opened.mayGrow() || (opened.size() >= this.position.offset()
				&& this.position.fingerprint().equals(Fingerprint.of(opened)));
	}

	/** The next lines that have an end. */
	List<Line> read() throws IOException {
		return (this.source != null) ? this.reader.read(this.source, this.position.offset()) : List.of();
	}

	/** What stands behind the last end of a line, once nothing will be added to it. */
	List<Line> readRest() throws IOException {
		return (this.source != null) ? this.reader.readRest(this.source, this.position.offset()) : List.of();
	}

	/** The server writes to another file from now on, or will before long. */
	void rotated() {
		this.grownNanos = System.nanoTime();
	}

	/**
	 * Has what was read put on disk, before it is saved that it was read: of a log that a
	 * power failure takes back, what is written in its place is to be read.
	 */
	void force() {
		if (this.source != null) {
			this.source.force();
		}
	}

	/** These lines are done. */
	void advance(List<Line> lines) {
		this.position = this.position.at(lines.getLast().next(), this.position.lines() + lines.size());
		this.grownNanos = System.nanoTime();
	}

	/**
	 * Whether nothing more is to be expected of it.
	 * @param quietNanos how long a file that may grow has to have had no new line
	 */
	boolean isOver(long quietNanos) {
		return this.source != null && (!this.source.mayGrow() || System.nanoTime() - this.grownNanos >= quietNanos);
	}

	/** How many bytes there are that were not read. */
	long lagBytes() throws IOException {
		return (this.source != null && this.source.mayGrow()) ? Math.max(0, this.source.size() - this.position.offset())
				: 0;
	}

	/**
	 * The id of a line's event: whoever reads the line gives it the same, also after the
	 * file was moved. What the line says is no part of it, for an id is not to tell.
	 */
	String eventId(String log, Line line) {
		return EventIds.derive("web-events.tail", log, this.position.fingerprint(),
				String.valueOf(this.position.repetition()), String.valueOf(line.offset()));
	}

	@Override
	public void close() throws IOException {
		if (this.source != null) {
			this.source.close();
			this.source = null;
		}
	}

}
