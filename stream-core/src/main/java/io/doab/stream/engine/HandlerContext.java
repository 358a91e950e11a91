package io.doab.stream.engine;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import io.doab.stream.Event;
import io.doab.stream.EventIds;
import io.doab.stream.KeyedState;
import io.doab.stream.Origin;
import io.doab.stream.ProcessingContext;
import io.doab.stream.StateDefinition;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.TimerKey;

import org.jspecify.annotations.Nullable;

/**
 * Gathers what one call of a handler does. Belongs to the thread that runs the handler.
 */
final class HandlerContext implements ProcessingContext {

	static final String TRACE_PARENT = "traceparent";

	private final OwnedPartition partition;

	private final ProcessorRuntime runtime;

	private final String id;

	private final @Nullable String key;

	private final @Nullable String traceParent;

	private final int attempt;

	private final Origin origin;

	private final Effects effects = new Effects();

	private int derived;

	/**
	 * Creates a context.
	 * @param id what ids of outputs are derived from
	 * @param traceParent the trace that outputs belong to, or null
	 */
	HandlerContext(OwnedPartition partition, ProcessorRuntime runtime, String id, @Nullable String key,
			@Nullable String traceParent, int attempt, Origin origin) {
		this.partition = partition;
		this.runtime = runtime;
		this.id = id;
		this.key = key;
		this.traceParent = traceParent;
		this.attempt = attempt;
		this.origin = origin;
	}

	Effects effects() {
		return this.effects;
	}

	@Override
	public void emit(String stream, Event<?> event) {
		if (!this.runtime.definition().outputs().contains(stream)) {
			throw new IllegalArgumentException("Processor '" + this.runtime.definition().name() + "' emits to '"
					+ stream + "', which it does not declare: add output(\"" + stream + "\")");
		}
		this.effects.appends
			.add(new Append(this.runtime.partitions().of(stream, event.key()), this.runtime.codec().toWire(event)));
	}

	@Override
	public void emit(String stream, String type, Object data) {
		String derivedId = EventIds.derive(this.id, stream, type, String.valueOf(this.derived++));
		Map<String, String> headers = (this.traceParent != null) ? Map.of(TRACE_PARENT, this.traceParent) : Map.of();
		emit(stream, new Event<>(derivedId, type, URI.create("urn:doab:" + this.runtime.definition().name()),
				this.runtime.time().now().truncatedTo(ChronoUnit.MILLIS), this.key, data, headers));
	}

	@Override
	public <S> KeyedState<S> state(String name, Class<S> type) {
		StateDefinition definition = this.runtime.definition().states().get(name);
		if (definition == null || definition.type() != type) {
			throw new IllegalArgumentException("Processor '" + this.runtime.definition().name() + "' has no state '"
					+ name + "' of " + type.getName() + ": declare it with state(\"" + name + "\", "
					+ type.getSimpleName() + ".class)");
		}
		return new State<>(new StateKey(name, requireKey()), type);
	}

	@Override
	public void schedule(String timer, Instant due) {
		if (!this.runtime.definition().timers().containsKey(timer)) {
			throw new IllegalArgumentException("Processor '" + this.runtime.definition().name() + "' has no timer '"
					+ timer + "': declare it with onTimer(\"" + timer + "\", …)");
		}
		this.effects.timers.put(new TimerKey(timer, requireKey()), Optional.of(wholeMillis(due)));
	}

	@Override
	public void cancel(String timer) {
		this.effects.timers.put(new TimerKey(timer, requireKey()), Optional.empty());
	}

	@Override
	public int attempt() {
		return this.attempt;
	}

	@Override
	public Origin origin() {
		return this.origin;
	}

	/** Remembers the id of an event that may come again. */
	void remember(StateKey seen, Duration window) {
		this.effects.states.put(seen, Optional.of(new byte[] { '1' }));
		expire(seen, window);
	}

	private void expire(StateKey entry, Duration timeToLive) {
		this.effects.timers.put(expiry(entry), Optional.of(wholeMillis(this.runtime.time().now().plus(timeToLive))));
	}

	/**
	 * Timers are stored by the millisecond: rounded up, for none may fire before it is
	 * due.
	 */
	private static Instant wholeMillis(Instant due) {
		Instant down = due.truncatedTo(ChronoUnit.MILLIS);
		return down.equals(due) ? due : down.plusMillis(1);
	}

	private static TimerKey expiry(StateKey entry) {
		return new TimerKey(ProcessorRuntime.EXPIRY_TIMER + entry.state(), entry.key());
	}

	private String requireKey() {
		if (this.key == null) {
			throw new IllegalStateException("The event has no key: state and timers belong to a key");
		}
		return this.key;
	}

	private final class State<S> implements KeyedState<S> {

		private final StateKey entry;

		private final Class<S> type;

		private State(StateKey entry, Class<S> type) {
			this.entry = entry;
			this.type = type;
		}

		@Override
		@SuppressWarnings("OptionalAssignedToNull") // a map's null says: not put here
		public Optional<S> get() {
			Optional<byte[]> own = HandlerContext.this.effects.states.get(this.entry);
			byte[] bytes = (own != null) ? own.orElse(null)
					: HandlerContext.this.partition.committedOrGathered(this.entry);
			return (bytes != null)
					? Optional.of(HandlerContext.this.runtime.codec().payloads().decode(bytes, this.type))
					: Optional.empty();
		}

		@Override
		public void put(S value) {
			if (value == null) {
				throw new IllegalArgumentException(
						"State " + this.entry.state() + " was put as null: remove it instead");
			}
			HandlerContext.this.effects.states.put(this.entry,
					Optional.of(HandlerContext.this.runtime.codec().encodeState(this.entry.state(), value)));
			Duration timeToLive = definition().timeToLive();
			if (timeToLive != null) {
				expire(this.entry, timeToLive);
			}
		}

		@Override
		public void remove() {
			HandlerContext.this.effects.states.put(this.entry, Optional.empty());
			if (definition().timeToLive() != null) {
				HandlerContext.this.effects.timers.put(expiry(this.entry), Optional.empty());
			}
		}

		private StateDefinition definition() {
			return Objects.requireNonNull(HandlerContext.this.runtime.definition().states().get(this.entry.state()));
		}

	}

}
