package io.doab.webevents.tail;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A file that is in the log's folder now. It is opened when somebody looks into it, and
 * belongs to who takes what it opened. Not for several threads.
 */
final class FoundFile implements Closeable {

	private static final int COMPARED_BYTES = 64 * 1024;

	private final Path path;

	private final @Nullable String fileKey;

	private final Instant modified;

	private @Nullable LogSource source;

	private @Nullable String fingerprint;

	private FoundFile(Path path, BasicFileAttributes attributes) {
		this.path = path;
		this.fileKey = (attributes.fileKey() != null) ? attributes.fileKey().toString() : null;
		this.modified = attributes.lastModifiedTime().toInstant();
	}

	/** The file of that name, or null where there is none. */
	static @Nullable FoundFile at(Path path) throws IOException {
		try {
			BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
			return attributes.isDirectory() ? null : new FoundFile(path, attributes);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	/** Whether it is the same file under the same name. */
	boolean isSame(FoundFile other) {
		return this.path.equals(other.path) && Objects.equals(this.fileKey, other.fileKey);
	}

	boolean isAt(Path other) {
		return this.path.equals(other);
	}

	@Nullable String fileKey() {
		return this.fileKey;
	}

	boolean isCompressed() {
		return this.path.toString().endsWith(".gz");
	}

	Instant modified() {
		return this.modified;
	}

	/**
	 * What its content is told by, or null while it has no line.
	 * @throws FolderChangedException when another file has its name by now
	 */
	@Nullable String fingerprint() throws IOException {
		if (this.source == null) {
			LogSource opened = open();
			this.source = opened;
			this.fingerprint = Fingerprint.of(opened);
		}
		return this.fingerprint;
	}

	private LogSource open() throws IOException {
		LogSource opened;
		try {
			opened = isCompressed() ? new GzipSource(this.path) : new PlainSource(this.path);
		}
		catch (NoSuchFileException ex) {
			throw moved();
		}
		FoundFile now = at(this.path);
		if (now == null || !isSame(now)) {
			opened.close();
			throw moved();
		}
		return opened;
	}

	private FolderChangedException moved() {
		return new FolderChangedException(this.path + " was moved while it was looked at");
	}

	/** Whether it goes on from where another file was read to. */
	boolean continues(FilePosition position) throws IOException {
		return position.fingerprint().equals(fingerprint())
				&& Objects.requireNonNull(this.source).size() >= position.offset();
	}

	/**
	 * Whether one of the two has all that the other has: a log and its copy, before the
	 * log is emptied.
	 */
	boolean isCopyOf(FoundFile other) throws IOException {
		if (isCompressed() || other.isCompressed() || !Objects.equals(fingerprint(), other.fingerprint())) {
			return false;
		}
		LogSource one = Objects.requireNonNull(this.source);
		LogSource two = Objects.requireNonNull(other.source);
		long size = Math.min(one.size(), two.size());
		for (long at = 0; at < size; at += COMPARED_BYTES) {
			int length = (int) Math.min(COMPARED_BYTES, size - at);
			if (!bytes(one, at, length).equals(bytes(two, at, length))) {
				return false;
			}
		}
		return true;
	}

	private static ByteBuffer bytes(LogSource source, long position, int length) throws IOException {
		ByteBuffer bytes = ByteBuffer.allocate(length);
		source.read(position, bytes);
		return bytes.flip();
	}

	/** What it opened, which is the caller's from now on. */
	LogSource take() throws IOException {
		fingerprint();
		LogSource opened = Objects.requireNonNull(this.source);
		this.source = null;
		return opened;
	}

	@Override
	public void close() throws IOException {
		if (this.source != null) {
			this.source.close();
			this.source = null;
		}
	}

	@Override
	public String toString() {
		return this.path.toString();
	}

}
