package io.doab.inventory.reservation;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.doab.stream.Event;
import io.doab.stream.KeyedState;
import io.doab.stream.Origin;
import io.doab.stream.ProcessingContext;
import io.doab.stream.json.JsonPayloadCodec;

/**
 * A context of one key that keeps what handlers do: states in their stored form, for they
 * have to survive it.
 */
final class RecordingContext implements ProcessingContext {

	private final JsonPayloadCodec codec = new JsonPayloadCodec();

	private final Map<String, byte[]> states = new HashMap<>();

	private final Map<String, Instant> timers = new HashMap<>();

	private final List<Event<?>> emitted = new ArrayList<>();

	/** What was emitted since the last call. */
	List<Event<?>> emitted() {
		List<Event<?>> events = List.copyOf(this.emitted);
		this.emitted.clear();
		return events;
	}

	Optional<Instant> timer(String name) {
		return Optional.ofNullable(this.timers.get(name));
	}

	@Override
	public void emit(String stream, Event<?> event) {
		this.emitted.add(event);
	}

	@Override
	public void emit(String stream, String type, Object data) {
		emit(stream, Event.of(type, "key", data).withSource(URI.create("urn:test")));
	}

	@Override
	public <S> KeyedState<S> state(String name, Class<S> type) {
		return new KeyedState<>() {

			@Override
			public Optional<S> get() {
				byte[] bytes = RecordingContext.this.states.get(name);
				return (bytes != null) ? Optional.of(RecordingContext.this.codec.decode(bytes, type))
						: Optional.empty();
			}

			@Override
			public void put(S value) {
				RecordingContext.this.states.put(name, RecordingContext.this.codec.encode(value));
			}

			@Override
			public void remove() {
				RecordingContext.this.states.remove(name);
			}

		};
	}

	@Override
	public void schedule(String timer, Instant due) {
		this.timers.put(timer, due);
	}

	@Override
	public void cancel(String timer) {
		this.timers.remove(timer);
	}

	@Override
	public int attempt() {
		return 1;
	}

	@Override
	public Origin origin() {
		throw new UnsupportedOperationException("No handler of this service asks for it");
	}

}
