package io.doab.webevents.tail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file as the server writes it. It is held open: what was renamed or deleted is read to
 * its end.
 */
final class PlainSource implements LogSource {

	private final FileChannel channel;

	PlainSource(Path path) throws IOException {
		this.channel = FileChannel.open(path, StandardOpenOption.READ);
	}

	@Override
	public void read(long position, ByteBuffer into) throws IOException {
		long at = position;
		int read = 0;
		while (into.hasRemaining() && read >= 0) {
			read = this.channel.read(into, at);
			at += Math.max(0, read);
		}
	}

	@Override
	public long size() throws IOException {
		return this.channel.size();
	}

	@Override
	public boolean mayGrow() {
		return true;
	}

	@Override
	public void force() {
		try {
			this.channel.force(false);
		}
		catch (IOException ex) {
			// Not every system does that for whoever only reads.
		}
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
