package io.doab.webevents.tail;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

	/** Stays open: another file may get the name. */
	private final FileChannel channel;

	private @Nullable InputStream in;

	private long at;

	GzipSource(Path path) throws IOException {
		this.path = path;
		this.channel = FileChannel.open(path, StandardOpenOption.READ);
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
		catch (IOException ex) {
			// Where it stands is not known.
			closeStream();
			throw ex;
		}
	}

	private InputStream moveTo(long position) throws IOException {
		InputStream bytes = this.in;
		if (bytes == null || position < this.at) {
			closeStream();
			bytes = new GZIPInputStream(new FromBeginning(this.channel), BUFFER_BYTES);
			this.in = bytes;
			this.at = 0;
		}
		bytes.skipNBytes(position - this.at);
		this.at = position;
		return bytes;
	}

	@Override
	public long size() {
		return Long.MAX_VALUE;
	}

	@Override
	public boolean mayGrow() {
		return false;
	}

	/** Unpacking takes memory that is not the heap's: it is given back at once. */
	private void closeStream() throws IOException {
		InputStream opened = this.in;
		this.in = null;
		if (opened != null) {
			opened.close();
		}
	}

	@Override
	public void close() throws IOException {
		closeStream();
		this.channel.close();
	}

	/** The bytes of the file. Leaves the channel open when it is closed. */
	private static final class FromBeginning extends FilterInputStream {

		private FromBeginning(FileChannel channel) throws IOException {
			super(Channels.newInputStream(channel.position(0)));
		}

		@Override
		public void close() {
			// The channel is read again.
		}

	}

}
