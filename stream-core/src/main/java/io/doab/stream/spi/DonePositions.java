package io.doab.stream.spi;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.doab.stream.Position;
import io.doab.stream.error.FatalStreamException;

/**
 * The stored form of the positions that are done beyond a prefix: a version, then the
 * differences of the sorted positions as variable-length integers of seven bits a byte.
 */
public final class DonePositions {

	private static final byte VERSION = 1;

	private DonePositions() {
	}

	public static byte[] encode(Collection<Position> positions) {
		List<Position> sorted = positions.stream().sorted().toList();
		ByteArrayOutputStream out = new ByteArrayOutputStream(2 + sorted.size() * 3);
		out.write(VERSION);
		long major = 0;
		long minor = Position.NONE;
		for (Position position : sorted) {
			if (position.major() != major) {
				minor = Position.NONE;
			}
			write(out, position.major() - major);
			write(out, position.minor() - minor);
			major = position.major();
			minor = position.minor();
		}
		return out.toByteArray();
	}

	/**
	 * Reads what {@link #encode} wrote.
	 * @throws FatalStreamException when a newer version wrote it
	 */
	public static Set<Position> decode(byte[] bytes) {
		Set<Position> positions = new LinkedHashSet<>();
		if (bytes.length == 0) {
			return positions;
		}
		ByteBuffer in = ByteBuffer.wrap(bytes);
		byte version = in.get();
		if (version != VERSION) {
			throw new FatalStreamException("A checkpoint has format version " + version + "; this program reads up to "
					+ VERSION + ". Run the newer program that wrote it", null);
		}
		long major = 0;
		long minor = Position.NONE;
		while (in.hasRemaining()) {
			long step = read(in);
			if (step != 0) {
				minor = Position.NONE;
			}
			major += step;
			minor += read(in);
			positions.add(new Position(major, minor));
		}
		return positions;
	}

	private static void write(ByteArrayOutputStream out, long value) {
		long rest = value;
		while ((rest & ~0x7fL) != 0) {
			out.write((int) (rest & 0x7f) | 0x80);
			rest >>>= 7;
		}
		out.write((int) rest);
	}

	private static long read(ByteBuffer in) {
		long value = 0;
		int shift = 0;
		byte next;
		do {
			next = in.get();
			value |= (long) (next & 0x7f) << shift;
			shift += 7;
		}
		while (next < 0);
		return value;
	}

}
