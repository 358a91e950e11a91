package io.doab.stream.engine;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import io.doab.stream.Event;
import io.doab.stream.KeyedState;
import io.doab.stream.Ordering;
import io.doab.stream.Position;
import io.doab.stream.ProcessingContext;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamDefinition;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;

import org.jspecify.annotations.Nullable;

/**
 * Events that wait for a time. They stand in a stream beside their own, partition beside
 * partition, and a processor of that stream puts each into its state under a key of its
 * own, with a timer; when that fires, the event goes to its stream by the commit that
 * removes it here. So it is durable at once, moved once and outlives whoever moves it, as
 * every processor's work is.
 *
 * <p>
 * The keys grow with the time of publishing, and timers of one due time come by their
 * keys: one lane for a partition keeps that order.
 */
final class DelayedEvents {

	private static final String UNTIL = "delayeduntil";

	private static final String KEY = "delayedkey";

	private static final String CONTENT_TYPE = "delayedcontenttype";

	private static final String STATE = "event";

	private static final String TIMER = "due";

	/** What an event grows by in the state. */
	private static final int OVERHEAD_BYTES = 512;

	private final EventCodec codec;

	/** Tells the events of one publisher from those of others. */
	private final String publisher = UUID.randomUUID().toString();

	private final AtomicLong lastNumber = new AtomicLong();

	DelayedEvents(EventCodec codec) {
		this.codec = codec;
	}

	/**
	 * What to append for an event that waits.
	 * @param target where it goes when it is due
	 * @throws InvalidEventException when it can never be stored
	 */
	Append append(StreamPartition target, Event<?> event, Instant notBefore) {
		WireEvent wire = this.codec.toWire(event);
		Map<String, String> attributes = new LinkedHashMap<>(wire.attributes());
		attributes.put(UNTIL, notBefore.toString());
		String contentType = attributes.get(EventCodec.CONTENT_TYPE);
		if (contentType != null) {
			attributes.put(CONTENT_TYPE, contentType);
		}
		if (wire.key() != null) {
			attributes.put(KEY, wire.key());
		}
		WireEvent waiting = new WireEvent(attributes, nextKey(), wire.data());
		if (waiting.size() + OVERHEAD_BYTES > this.codec.maxEventBytes()) {
			throw new InvalidEventException("Event " + event.id() + " of type " + event.type() + " has "
					+ waiting.size() + " bytes with what it takes to publish it for later; the limit is "
					+ (this.codec.maxEventBytes() - OVERHEAD_BYTES)
					+ ". Store the payload elsewhere and publish a reference");
		}
		return new Append(new StreamPartition(StreamDefinition.delayedOf(target.stream()), target.partition()),
				waiting);
	}

	/** By the microsecond, and by one more where there was one in the same. */
	private String nextKey() {
		Instant now = Instant.now();
		long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
		long number = this.lastNumber.updateAndGet((last) -> Math.max(last + 1, micros));
		return HexFormat.of().toHexDigits(number) + "-" + this.publisher;
	}

	/** The processor that moves the events of a stream when they are due. */
	ProcessorDefinition mover(StreamDefinition stream) {
		String waiting = StreamDefinition.delayedOf(stream.name());
		return ProcessorDefinition.named(waiting)
			.on(waiting, byte[].class, this::hold)
			.onTimer(TIMER, (timer, context) -> release(stream.name(), context))
			.state(STATE, byte[].class)
			.output(stream.name())
			.ordering(Ordering.PARTITION)
			.build();
	}

	private void hold(Event<byte[]> event, ProcessingContext context) {
		Instant due = due(event);
		Map<String, String> headers = new LinkedHashMap<>(event.headers());
		headers.remove(UNTIL);
		String key = headers.remove(KEY);
		String contentType = headers.remove(CONTENT_TYPE);
		if (contentType != null) {
			headers.put(EventCodec.CONTENT_TYPE, contentType);
		}
		Event<byte[]> original = new Event<>(event.id(), event.type(), event.source(), event.time(), key, event.data(),
				headers);
		Position position = context.origin().position();
		StreamRecord record = new StreamRecord((position != null) ? position : new Position(0, 0),
				this.codec.toWire(original), null);
		context.state(STATE, byte[].class)
			.put(new ParkedEvent(String.valueOf(context.origin().stream()), record, 0, null, due).encode());
		context.schedule(TIMER, due);
	}

	private static Instant due(Event<?> event) {
		String until = event.headers().get(UNTIL);
		if (until == null || event.key() == null) {
			throw new InvalidEventException("Event " + event.id()
					+ " waits for no time: only a DelayedPublisher writes to the streams of delayed events");
		}
		try {
			return Instant.parse(until);
		}
		catch (DateTimeException ex) {
			throw new InvalidEventException("Attribute '" + UNTIL + "' is no RFC 3339 time", ex);
		}
	}

	private static void release(String stream, ProcessingContext context) {
		KeyedState<byte[]> state = context.state(STATE, byte[].class);
		state.get().ifPresent((stored) -> context.emit(stream, event(ParkedEvent.decode(stored).record().event())));
		state.remove();
	}

	private static Event<byte[]> event(WireEvent wire) {
		Map<String, String> headers = new LinkedHashMap<>(wire.attributes());
		String id = take(headers, EventCodec.ID);
		String type = take(headers, EventCodec.TYPE);
		URI source = URI.create(take(headers, EventCodec.SOURCE));
		Instant time = Instant.parse(take(headers, EventCodec.TIME));
		headers.remove(EventCodec.SPEC_VERSION);
		return new Event<>(id, type, source, time, wire.key(), wire.data(), headers);
	}

	private static String take(Map<String, String> attributes, String name) {
		@Nullable String value = attributes.remove(name);
		if (value == null) {
			throw new InvalidEventException("A delayed event has no attribute '" + name + "'");
		}
		return value;
	}

}
