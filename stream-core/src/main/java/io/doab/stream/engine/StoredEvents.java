package io.doab.stream.engine;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import io.doab.stream.Event;
import io.doab.stream.StoredEvent;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.spi.LogEntry;
import io.doab.stream.spi.StreamRecord;

import org.jspecify.annotations.Nullable;

/**
 * Entries of the log as events for who reads it.
 */
final class StoredEvents {

	private final EventCodec codec;

	StoredEvents(EventCodec codec) {
		this.codec = codec;
	}

	/**
	 * The event of an entry.
	 * @throws InvalidEventException when it is none of that type, unless that is bytes
	 */
	<T> StoredEvent<T> read(StreamPartition partition, LogEntry entry, Class<T> type) {
		StreamRecord record = entry.record();
		Instant storedAt = Instant.ofEpochMilli(entry.storedMillis());
		try {
			return new StoredEvent<>(partition, record.position(), storedAt,
					this.codec.fromWire(partition, record, type), null);
		}
		catch (InvalidEventException ex) {
			if (type != byte[].class) {
				throw new InvalidEventException("The event at " + record.position() + " of " + partition + " is no "
						+ type.getSimpleName() + ": " + ex.getMessage(), ex);
			}
			Event<byte[]> whatever = whatever(partition, record, storedAt);
			return new StoredEvent<>(partition, record.position(), storedAt,
					whatever.withData(type.cast(whatever.data())), ex.getMessage());
		}
	}

	private static Event<byte[]> whatever(StreamPartition partition, StreamRecord record, Instant storedAt) {
		Map<String, String> attributes = record.event().attributes();
		Map<String, String> headers = new LinkedHashMap<>(attributes);
		headers.keySet().removeAll(EventCodec.CORE);
		return new Event<>(EventCodec.id(partition, record),
				attributes.getOrDefault(EventCodec.TYPE, partition.stream()),
				parsed(attributes.get(EventCodec.SOURCE), URI::create, URI.create("urn:doab:" + partition.stream())),
				parsed(attributes.get(EventCodec.TIME), Instant::parse, storedAt), record.event().key(),
				record.event().data(), headers);
	}

	private static <V> V parsed(@Nullable String text, Function<String, V> parser, V otherwise) {
		try {
			return (text != null) ? parser.apply(text) : otherwise;
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			return otherwise;
		}
	}

}
