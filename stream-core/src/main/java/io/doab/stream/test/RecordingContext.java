package io.doab.stream.test;

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
import io.doab.stream.PayloadCodec;
import io.doab.stream.ProcessingContext;
import io.doab.stream.json.JsonPayloadCodec;

/**
 * The context of one key, which keeps what handlers do: give the same one to one handler
 * after the other, and look at what they left. States are kept in their stored form, for
 * their types have to survive it. For what the engine and a backend promise, test against
 * a real server.
 *
 * <p>
 * Not for several threads.
 */
public final class RecordingContext implements ProcessingContext {

	private static final URI SOURCE = URI.create("urn:doab:test");

	private final String key;

	private final PayloadCodec codec;

	private final Map<String, byte[]> states = new HashMap<>();

	private final Map<String, Instant> timers = new HashMap<>();

	private final List<Event<?>> emitted = new ArrayList<>();

	/** A context whose states are stored as JSON. */
	public RecordingContext(String key) {
		this(key, new JsonPayloadCodec());
	}

	public RecordingContext(String key, PayloadCodec codec) {
		this.key = key;
		this.codec = codec;
	}

	/** What was emitted since the last call, to any stream, in order. */
	public List<Event<?>> emitted() {
		List<Event<?>> events = List.copyOf(this.emitted);
		this.emitted.clear();
		return events;
	}

	/** When a timer is due, if it is set. */
	public Optional<Instant> timer(String name) {
		return Optional.ofNullable(this.timers.get(name));
	}

	@Override
	public void emit(String stream, Event<?> event) {
		this.emitted.add(event);
	}

	@Override
	public void emit(String stream, String type, Object data) {
		emit(stream, Event.of(type, this.key, data).withSource(SOURCE));
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

	/** Partition 0 of no stream. */
	@Override
	public Origin origin() {
		return new Origin(null, 0, null);
	}

}
