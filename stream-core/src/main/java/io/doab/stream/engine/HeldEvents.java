package io.doab.stream.engine;

import java.util.LinkedHashMap;
import java.util.Map;

import io.doab.stream.Event;
import io.doab.stream.HeldEvent;
import io.doab.stream.Origin;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.WireEvent;

/** Events between their stored form and the one in which state keeps them. */
final class HeldEvents {

	private HeldEvents() {
	}

	/** The event of a work, with all that its dead letter would need. */
	static HeldEvent of(EventCodec codec, Work.EventWork work, Origin origin) {
		StreamPartition partition = new StreamPartition(work.input.stream(), origin.partition());
		Event<byte[]> event = codec.fromWire(partition, work.record, byte[].class);
		String contentType = work.record.event().attributes().get(EventCodec.CONTENT_TYPE);
		return new HeldEvent((contentType != null) ? event.withHeader(EventCodec.CONTENT_TYPE, contentType) : event,
				origin);
	}

	/** The event as its handler would have seen it when it came. */
	static <T> Event<T> event(EventCodec codec, HeldEvent held, Class<T> type) {
		Event<byte[]> event = held.event();
		Map<String, String> headers = new LinkedHashMap<>(event.headers());
		headers.remove(EventCodec.CONTENT_TYPE);
		return new Event<>(event.id(), event.type(), event.source(), event.time(), event.key(),
				codec.data(event.data(), type), headers);
	}

	static WireEvent wire(HeldEvent held) {
		Event<byte[]> event = held.event();
		Map<String, String> attributes = new LinkedHashMap<>();
		attributes.put(EventCodec.SPEC_VERSION, "1.0");
		attributes.put(EventCodec.ID, event.id());
		attributes.put(EventCodec.TYPE, event.type());
		attributes.put(EventCodec.SOURCE, event.source().toString());
		attributes.put(EventCodec.TIME, event.time().toString());
		attributes.putAll(event.headers());
		return new WireEvent(attributes, event.key(), event.data());
	}

}
