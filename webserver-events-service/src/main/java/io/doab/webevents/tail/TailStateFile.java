package io.doab.webevents.tail;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import io.doab.stream.EventIds;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps the {@link TailState} of a log on disk. Whoever holds its lock is the only one to
 * read the log; the lock ends with the process.
 *
 * <p>
 * A state is there as a whole or not at all, also after a power failure: it is written to
 * a file beside, forced to disk, and takes the place of the former one.
 */
final class TailStateFile implements Closeable {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final int NAME_HASH_LENGTH = 8;

	private final Path file;

	private final Path next;

	private final Path lockFile;

	private @Nullable FileChannel lockChannel;

	TailStateFile(Path folder, Path log) {
		String name = log.getFileName() + "-"
				+ EventIds.derive("web-events.tail", log.toString()).substring(0, NAME_HASH_LENGTH);
		this.file = folder.resolve(name + ".json");
		this.next = folder.resolve(name + ".next");
		this.lockFile = folder.resolve(name + ".lock");
	}

	/** Takes the lock, unless another process or tail has it. */
	boolean tryLock() throws IOException {
		Files.createDirectories(this.lockFile.toAbsolutePath().getParent());
		FileChannel channel = FileChannel.open(this.lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		try {
			FileLock lock = channel.tryLock();
			if (lock != null) {
				this.lockChannel = channel;
				return true;
			}
		}
		catch (OverlappingFileLockException ex) {
			// Of this process: no other answer than for another one.
		}
		channel.close();
		return false;
	}

	/** Reads the state that was written last. */
	TailState read() throws IOException {
		if (!Files.exists(this.file)) {
			return TailState.NONE;
		}
		try {
			TailState state = MAPPER.readValue(Files.readAllBytes(this.file), TailState.class);
			if (state.version() != TailState.VERSION) {
				throw new IOException(this.file + " is of version " + state.version() + " and not " + TailState.VERSION
						+ ": it was written by another version of this service");
			}
			return state;
		}
		catch (JacksonException | NullPointerException ex) {
			throw new IOException(this.file + " cannot be understood: put it back from a copy, or remove it to read"
					+ " the log from its beginning again", ex);
		}
	}

	/** Writes a state: when this returns, it is on disk. */
	void write(TailState state) throws IOException {
		try (FileChannel channel = FileChannel.open(this.next, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
				StandardOpenOption.TRUNCATE_EXISTING)) {
			ByteBuffer bytes = ByteBuffer.wrap(MAPPER.writeValueAsBytes(state));
			while (bytes.hasRemaining()) {
				channel.write(bytes);
			}
			channel.force(true);
		}
		Files.move(this.next, this.file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		forceFolder();
	}

	/** The move as well. Not every system can; those keep their folders by themselves. */
	private void forceFolder() {
		try (FileChannel folder = FileChannel.open(this.file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
			folder.force(true);
		}
		catch (IOException ex) {
			// Windows opens no folder.
		}
	}

	@Override
	public void close() throws IOException {
		if (this.lockChannel != null) {
			this.lockChannel.close();
			this.lockChannel = null;
		}
	}

}
