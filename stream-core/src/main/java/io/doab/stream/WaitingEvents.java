package io.doab.stream;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.InvalidEventException;

/**
 * The events of a key that wait in a {@link StreamJoin}, in the order in which they came,
 * in a form of its own: no codec need know how to write it.
 */
record WaitingEvents(List<Entry> entries) {

	static final WaitingEvents NONE = new WaitingEvents(List.of());

	private static final byte VERSION = 1;

	/** One that waits. */
	record Entry(HeldEvent held, Instant deadline) {

		/** What it takes, about. */
		private int size() {
			Event<byte[]> event = this.held.event();
			int size = 64 + event.data().length + event.id().length() + event.type().length();
			for (Map.Entry<String, String> header : event.headers().entrySet()) {
				size += 8 + header.getKey().length() + header.getValue().length();
			}
			return size;
		}

	}

	boolean isEmpty() {
		return this.entries.isEmpty();
	}

	/**
	 * Whether an event waits already.
	 * @throws InvalidEventException when another of its id does
	 */
	boolean hasCopyOf(HeldEvent held) {
		for (Entry entry : this.entries) {
			if (entry.held().isCopyOf(held)) {
				return true;
			}
			if (entry.held().event().id().equals(held.event().id())) {
				throw new InvalidEventException("Another event waits under the id " + held.event().id()
						+ ": ids must be unique, so use a new one for a new event");
			}
		}
		return false;
	}

	boolean hasRoomFor(Entry another, int maxEvents, int maxBytes) {
		long bytes = this.entries.stream().mapToLong(Entry::size).sum() + another.size();
		return isEmpty() || (this.entries.size() < maxEvents && bytes <= maxBytes);
	}

	WaitingEvents with(Entry another) {
		List<Entry> more = new ArrayList<>(this.entries);
		more.add(another);
		return new WaitingEvents(more);
	}

	/** When the first of them has waited long enough. */
	Instant firstDeadline() {
		return this.entries.stream().map(Entry::deadline).min(Instant::compareTo).orElseThrow();
	}

	byte[] encode() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			out.writeByte(VERSION);
			out.writeInt(this.entries.size());
			for (Entry entry : this.entries) {
				write(out, entry);
			}
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
	static WaitingEvents decode(byte[] bytes) {
		try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
			byte version = in.readByte();
			if (version != VERSION) {
				throw new FatalStreamException("Events that wait in a join have format version " + version
						+ "; this program reads up to " + VERSION + ". Run the newer program that wrote them", null);
			}
			int count = in.readInt();
			List<Entry> entries = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				entries.add(readEntry(in));
			}
			return new WaitingEvents(entries);
		}
		catch (IOException | IllegalArgumentException | DateTimeException ex) {
			throw new FatalStreamException("Events that wait in a join cannot be read from " + bytes.length
					+ " bytes of state: somebody else wrote or cut them. Remove them from the state", ex);
		}
	}

	private static void write(DataOutputStream out, Entry entry) throws IOException {
		Event<byte[]> event = entry.held().event();
		Origin origin = entry.held().origin();
		write(out, entry.deadline().toString());
		write(out, String.valueOf(origin.stream()));
		out.writeInt(origin.partition());
		write(out, String.valueOf(origin.position()));
		write(out, event.id());
		write(out, event.type());
		write(out, event.source().toString());
		write(out, event.time().toString());
		write(out, String.valueOf(event.key()));
		out.writeInt(event.headers().size());
		for (Map.Entry<String, String> header : event.headers().entrySet()) {
			write(out, header.getKey());
			write(out, header.getValue());
		}
		out.writeInt(event.data().length);
		out.write(event.data());
	}

	private static Entry readEntry(DataInputStream in) throws IOException {
		Instant deadline = Instant.parse(read(in));
		Origin origin = new Origin(read(in), in.readInt(), Position.parse(read(in)));
		String id = read(in);
		String type = read(in);
		URI source = URI.create(read(in));
		Instant time = Instant.parse(read(in));
		String key = read(in);
		Map<String, String> headers = new LinkedHashMap<>();
		for (int count = in.readInt(); count > 0; count--) {
			headers.put(read(in), read(in));
		}
		return new Entry(new HeldEvent(new Event<>(id, type, source, time, key, readBytes(in), headers), origin),
				deadline);
	}

	private static void write(DataOutputStream out, String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		out.writeInt(bytes.length);
		out.write(bytes);
	}

	private static String read(DataInputStream in) throws IOException {
		return new String(readBytes(in), StandardCharsets.UTF_8);
	}

	private static byte[] readBytes(DataInputStream in) throws IOException {
		int length = in.readInt();
		if (length < 0) {
			throw new EOFException();
		}
		byte[] bytes = in.readNBytes(length);
		if (bytes.length < length) {
			throw new EOFException();
		}
		return bytes;
	}

}
