package io.doab.stream.engine;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.doab.stream.Event;
import io.doab.stream.EventIds;
import io.doab.stream.PayloadCodec;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.spi.Attributes;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;

import org.jspecify.annotations.Nullable;

/**
 * Events as programs see them and as they are stored: CloudEvents 1.0, the attributes as
 * text beside the payload.
 */
final class EventCodec {

	static final String ID = "id";

	static final String TYPE = "type";

	static final String SOURCE = "source";

	static final String TIME = "time";

	static final String CONTENT_TYPE = "datacontenttype";

	static final String SPEC_VERSION = "specversion";

	/**
	 * More headers than any event needs; how many a backend can take in one command is
	 * limited.
	 */
	static final int MAX_HEADERS = 256;

	static final Set<String> CORE = Set.of(ID, TYPE, SOURCE, TIME, CONTENT_TYPE, SPEC_VERSION);

	private final PayloadCodec payloads;

	private final int maxEventBytes;

	private final Rfc3339 times = new Rfc3339();

	/**
	 * The source that was parsed last: there are few, and parsing one costs more than all
	 * else here.
	 */
	private volatile Source lastSource = new Source("urn:doab", URI.create("urn:doab"));

	EventCodec(PayloadCodec payloads, int maxEventBytes) {
		this.payloads = payloads;
		this.maxEventBytes = maxEventBytes;
	}

	/**
	 * The stored form of an event.
	 * @throws InvalidEventException when it cannot be encoded or is larger than the
	 * backend stores
	 */
	WireEvent toWire(Event<?> event) {
		requireText(event);
		Attributes.Builder attributes = new Attributes.Builder(CORE.size() + event.headers().size());
		attributes.put(SPEC_VERSION, "1.0");
		attributes.put(ID, event.id());
		attributes.put(TYPE, event.type());
		attributes.put(SOURCE, event.source().toString());
		attributes.put(TIME, this.times.write(event.time()));
		byte[] data;
		if (event.data() instanceof byte[] bytes) {
			data = bytes;
		}
		else {
			attributes.put(CONTENT_TYPE, this.payloads.contentType());
			data = this.payloads.encode(event.data());
		}
		event.headers().forEach(attributes::put);
		if (event.headers().size() > MAX_HEADERS) {
			throw new InvalidEventException("Event " + event.id() + " of type " + event.type() + " has "
					+ event.headers().size() + " headers; the limit is " + MAX_HEADERS + ". Put them into the payload");
		}
		WireEvent wire = new WireEvent(attributes.build(), event.key(), data);
		if (wire.isLargerThan(this.maxEventBytes)) {
			throw new InvalidEventException(
					"Event " + event.id() + " of type " + event.type() + " has " + wire.size() + " bytes; the limit is "
							+ this.maxEventBytes + ". Store the payload elsewhere and publish a reference");
		}
		return wire;
	}

	/**
	 * Half of a surrogate pair is stored as a question mark: different keys would become
	 * one.
	 */
	private static void requireText(Event<?> event) {
		String key = event.key();
		for (int i = 0; key != null && i < key.length(); i++) {
			if (Character.isSurrogate(key.charAt(i))) {
				if (!Character.isSurrogatePair(key.charAt(i), (i + 1 < key.length()) ? key.charAt(i + 1) : 0)) {
					throw new InvalidEventException("The key of event " + event.id() + " of type " + event.type()
							+ " has half of a surrogate pair at index " + i
							+ ": it is no text. Encode bytes as text, in Base64 say");
				}
				i++;
			}
		}
	}

	/**
	 * The stored form of a state's value.
	 * @throws InvalidEventException when it is larger than the backend stores
	 */
	byte[] encodeState(String state, Object value) {
		byte[] bytes = (value instanceof byte[] raw) ? raw : this.payloads.encode(value);
		if (bytes.length > this.maxEventBytes) {
			throw new InvalidEventException("State '" + state + "' would have " + bytes.length
					+ " bytes for this key; the limit is " + this.maxEventBytes + ". Keep less in it");
		}
		return bytes;
	}

	/**
	 * The event of a record. What a foreign producer left out is filled in: an id that
	 * follows from the position, the stream as type and source.
	 * @throws InvalidEventException when the record is no event of that type
	 */
	<T> Event<T> fromWire(StreamPartition partition, StreamRecord record, Class<T> type) {
		if (record.defect() != null) {
			throw new InvalidEventException(record.defect());
		}
		WireEvent wire = record.event();
		Map<String, String> attributes = wire.attributes();
		String source = attributes.get(SOURCE);
		return new Event<>(id(partition, record), attributes.getOrDefault(TYPE, partition.stream()),
				source((source != null) ? source : "urn:doab:" + partition.stream()), time(attributes.get(TIME)),
				wire.key(), data(wire.data(), type), headers(attributes));
	}

	/** The id of a record, also of one that has none of its own. */
	static String id(StreamPartition partition, StreamRecord record) {
		String id = record.event().attributes().get(ID);
		return (id != null) ? id : EventIds.derive(partition.stream(), String.valueOf(partition.partition()),
				record.position().toString());
	}

	int maxEventBytes() {
		return this.maxEventBytes;
	}

	PayloadCodec payloads() {
		return this.payloads;
	}

	/**
	 * A payload, or the value of a state.
	 * @throws InvalidEventException when it is none of that type
	 */
	<T> T data(byte[] data, Class<T> type) {
		return (type == byte[].class) ? type.cast(data) : this.payloads.decode(data, type);
	}

	private URI source(String text) {
		Source last = this.lastSource;
		if (!last.text().equals(text)) {
			try {
				last = new Source(text, URI.create(text));
			}
			catch (IllegalArgumentException ex) {
				throw new InvalidEventException("Attribute 'source' is no URI", ex);
			}
			this.lastSource = last;
		}
		return last.uri();
	}

	private static Instant time(@Nullable String text) {
		if (text == null) {
			return Instant.EPOCH;
		}
		try {
			return Rfc3339.read(text);
		}
		catch (DateTimeException ex) {
			throw new InvalidEventException("Attribute 'time' is no RFC 3339 time", ex);
		}
	}

	private static Map<String, String> headers(Map<String, String> attributes) {
		Map<String, String> headers = Map.of();
		for (Map.Entry<String, String> attribute : attributes.entrySet()) {
			if (!CORE.contains(attribute.getKey())) {
				headers = headers.isEmpty() ? new LinkedHashMap<>() : headers;
				headers.put(attribute.getKey(), attribute.getValue());
			}
		}
		return headers;
	}

	private record Source(String text, URI uri) {

	}

}
