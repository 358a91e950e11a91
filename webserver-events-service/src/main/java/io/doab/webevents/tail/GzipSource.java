package io.doab.webevents.tail;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that was rotated away and compressed. Positions are those of the file that it
 * was; reading backwards begins again. One that is broken off ends where it does.
 */
final class GzipSource implements LogSource {

	private static final Logger logger = LoggerFactory.getLogger(GzipSource.class);

	private static final int BUFFER_BYTES = 64 * 1024;

	private final Path path;

	private @Nullable InputStream in;

	private long at;

	GzipSource(Path path) {
		this.path = path;
	}

	@Override
	public void read(long position, ByteBuffer into) throws IOException {
		try {
			InputStream bytes = moveTo(position);
			int read = 0;
			while (into.hasRemaining() && read >= 0) {
				read = bytes.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
				into.position(into.position() + Math.max(0, read));
				this.at += Math.max(0, read);
			}
		}
		catch (EOFException | ZipException ex) {
			logger.warn("{} is damaged: it is read as far as that can be done", this.path);
		}
	}

	private InputStream moveTo(long position) throws IOException {
		InputStream bytes = this.in;
		if (bytes == null || position < this.at) {
			close();
			bytes = open();
			this.in = bytes;
			this.at = 0;
		}
		bytes.skipNBytes(position - this.at);
		this.at = position;
		return bytes;
	}

	private InputStream open() throws IOException {
		InputStream compressed = Files.newInputStream(this.path);
		try {
			return new GZIPInputStream(compressed, BUFFER_BYTES);
		}
		catch (IOException ex) {
			compressed.close();
			throw ex;
		}
	}

	@Override
	public long size() {
		return Long.MAX_VALUE;
	}

	@Override
	public boolean mayGrow() {
		return false;
	}

	@Override
	public void close() throws IOException {
		if (this.in != null) {
			this.in.close();
			this.in = null;
		}
	}

}
