package io.doab.stream;

import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * One immutable event. The attributes are those of CloudEvents 1.0; the key is its
 * {@code partitionkey} extension.
 *
 * @param id unique per event and stable over redeliveries: the idempotency key for
 * effects outside the streams
 * @param type what happened, such as {@code payment.authorized}
 * @param source who says so
 * @param time when it happened
 * @param key any text; events of one key keep their order. Without a key, events are
 * spread over the partitions
 * @param data the payload; {@code byte[]} is stored as it is, everything else through the
 * {@link PayloadCodec}
 * @param headers CloudEvents extension attributes: lower-case letters and digits, at most
 * 20 of them by convention
 */
public record Event<T>(String id, String type, URI source, Instant time, @Nullable String key, T data,
		Map<String, String> headers) {

	private static final URI UNNAMED_SOURCE = URI.create("urn:doab");

	public Event {
		Objects.requireNonNull(id, "id");
		Objects.requireNonNull(type, "type");
		Objects.requireNonNull(source, "source");
		Objects.requireNonNull(time, "time");
		Objects.requireNonNull(data, "data");
		headers = Map.copyOf(headers);
	}

	/** A new event with a random id, of now. */
	public static <T> Event<T> of(String type, @Nullable String key, T data) {
		return new Event<>(UUID.randomUUID().toString(), type, UNNAMED_SOURCE,
				Instant.now().truncatedTo(ChronoUnit.MILLIS), key, data, Map.of());
	}

	public Event<T> withId(String newId) {
		return new Event<>(newId, this.type, this.source, this.time, this.key, this.data, this.headers);
	}

	public Event<T> withSource(URI newSource) {
		return new Event<>(this.id, this.type, newSource, this.time, this.key, this.data, this.headers);
	}

	public Event<T> withTime(Instant newTime) {
		return new Event<>(this.id, this.type, this.source, newTime, this.key, this.data, this.headers);
	}

	public <S> Event<S> withData(S newData) {
		return new Event<>(this.id, this.type, this.source, this.time, this.key, newData, this.headers);
	}

	/** The same event with one header more, or with another value for it. */
	public Event<T> withHeader(String name, String value) {
		Map<String, String> more = new HashMap<>(this.headers);
		more.put(name, value);
		return new Event<>(this.id, this.type, this.source, this.time, this.key, this.data, more);
	}

}
