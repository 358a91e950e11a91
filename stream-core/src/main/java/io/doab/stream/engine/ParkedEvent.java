package io.doab.stream.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import io.doab.stream.Position;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;

import org.jspecify.annotations.Nullable;

/**
 * A parked event as it is stored: the event as it was read, where it was read, and what
 * has become of it so far.
 *
 * @param stream the input that it came from
 * @param due when it is tried again, at the earliest; {@link Instant#EPOCH} for one that
 * only waits behind another
 */
record ParkedEvent(String stream, StreamRecord record, int attempts, @Nullable Instant firstFailure, Instant due) {

	private static final byte VERSION = 1;

	byte[] encode() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(this.record.event().size() + 128);
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			out.writeByte(VERSION);
			out.writeLong(this.due.toEpochMilli());
			out.writeInt(this.attempts);
			write(out, (this.firstFailure != null) ? this.firstFailure.toString() : null);
			write(out, this.stream);
			write(out, this.record.position().toString());
			write(out, this.record.defect());
			WireEvent event = this.record.event();
			write(out, event.key());
			out.writeInt(event.attributes().size());
			for (Map.Entry<String, String> attribute : event.attributes().entrySet()) {
				write(out, attribute.getKey());
				write(out, attribute.getValue());
			}
			out.writeInt(event.data().length);
			out.write(event.data());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	/**
	 * Reads what {@link #encode} wrote.
	 * @throws FatalStreamException when it is of a newer version, or cut short
	 */
	static ParkedEvent decode(byte[] bytes) {
		try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
			byte version = in.readByte();
			if (version != VERSION) {
				throw new FatalStreamException("A parked event has format version " + version
						+ "; this program reads up to " + VERSION + ". Run the newer program that wrote it", null);
			}
			Instant due = Instant.ofEpochMilli(in.readLong());
			int attempts = in.readInt();
			String firstFailure = read(in);
			String stream = require(read(in));
			Position position = Position.parse(require(read(in)));
			String defect = read(in);
			String key = read(in);
			int count = in.readInt();
			Map<String, String> attributes = new LinkedHashMap<>();
			for (int i = 0; i < count; i++) {
				attributes.put(require(read(in)), require(read(in)));
			}
			int length = in.readInt();
			byte[] data = in.readNBytes(length);
			if (data.length < length) {
				throw new EOFException();
			}
			return new ParkedEvent(stream, new StreamRecord(position, new WireEvent(attributes, key, data), defect),
					attempts, (firstFailure != null) ? Instant.parse(firstFailure) : null, due);
		}
		catch (IOException | IllegalArgumentException | DateTimeException ex) {
			throw new FatalStreamException("A parked event of " + bytes.length
					+ " bytes cannot be read: somebody else wrote or cut it. Remove it from the group's state '"
					+ ProcessorRuntime.PARKED_STATE + "'", ex);
		}
	}

	private static void write(DataOutputStream out, @Nullable String text) throws IOException {
		if (text == null) {
			out.writeInt(-1);
			return;
		}
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		out.writeInt(bytes.length);
		out.write(bytes);
	}

	private static @Nullable String read(DataInputStream in) throws IOException {
		int length = in.readInt();
		if (length < 0) {
			return null;
		}
		byte[] bytes = in.readNBytes(length);
		if (bytes.length < length) {
			throw new EOFException();
		}
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private static String require(@Nullable String text) throws IOException {
		if (text == null) {
			throw new IOException("A value is missing");
		}
		return text;
	}

}
