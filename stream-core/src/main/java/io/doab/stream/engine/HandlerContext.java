package io.doab.stream.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import io.doab.stream.Event;
import io.doab.stream.EventIds;
import io.doab.stream.EventProcessor;
import io.doab.stream.HeldEvent;
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

	private final Work work;

	private final Origin origin;

	/** The context in which a held event is resumed, or null. */
	private final @Nullable HandlerContext outer;

	private final @Nullable HeldEvent resumed;

	private final Effects effects = new Effects();

	private int derived;

	/**
	 * Creates a context.
	 * @param id what ids of outputs are derived from
	 * @param traceParent the trace that outputs belong to, or null
	 */
	HandlerContext(OwnedPartition partition, ProcessorRuntime runtime, String id, @Nullable String key,
			@Nullable String traceParent, Work work, Origin origin) {
		this.partition = partition;
		this.runtime = runtime;
		this.id = id;
		this.key = key;
		this.traceParent = traceParent;
		this.work = work;
		this.origin = origin;
		this.outer = null;
		this.resumed = null;
	}

	/** Of an event that was held, within another's. */
	private HandlerContext(HandlerContext outer, HeldEvent held) {
		this.partition = outer.partition;
		this.runtime = outer.runtime;
		this.id = held.event().id();
		this.key = outer.key;
		this.traceParent = held.event().headers().get(TRACE_PARENT);
		this.work = outer.work;
		this.origin = held.origin();
		this.outer = outer;
		this.resumed = held;
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
		emit(stream, new Event<>(derivedId, type, this.runtime.source(),
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
		this.effects.timer(new TimerKey(timer, requireKey()), wholeMillis(due));
	}

	@Override
	public void cancel(String timer) {
		this.effects.timer(new TimerKey(timer, requireKey()), null);
	}

	@Override
	public Instant now() {
		return this.runtime.time().now();
	}

	@Override
	public HeldEvent hold() {
		if (this.resumed != null) {
			return this.resumed;
		}
		if (this.work instanceof Work.EventWork event) {
			return HeldEvents.of(this.runtime.codec(), event, this.origin);
		}
		throw new IllegalStateException("A timer is being processed, which cannot be held: schedule it again");
	}

	@Override
	public <T> boolean resume(HeldEvent held, Class<T> type, EventProcessor<T> handler) {
		if (!Objects.equals(held.event().key(), this.key)) {
			throw new IllegalArgumentException(
					"Event " + held.event().id() + " is of another key: it is resumed by an event or timer of its own");
		}
		Work.Refusal refusal = this.work.refused.get(held);
		if (refusal != null) {
			this.effects.appends.add(this.runtime.deadLetters().of(held, refusal));
			return false;
		}
		HandlerContext inner = new HandlerContext(this, held);
		try {
			handler.process(HeldEvents.event(this.runtime.codec(), held, type), inner);
		}
		catch (Exception ex) {
			throw HeldEventException.of(held, ex);
		}
		catch (Error ex) {
			throw HeldEventException.of(held, new IllegalStateException("The handler threw " + ex, ex));
		}
		this.effects.addAll(inner.effects);
		return true;
	}

	@Override
	public int attempt() {
		return this.work.attempts;
	}

	@Override
	public Origin origin() {
		return this.origin;
	}

	/** Remembers the id of an event that may come again. */
	void remember(StateKey seen, Duration window) {
		this.effects.state(seen, new byte[] { '1' });
		expire(seen, window);
	}

	private void expire(StateKey entry, Duration timeToLive) {
		this.effects.timer(expiry(entry), wholeMillis(this.runtime.time().now().plus(timeToLive)));
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

	@SuppressWarnings("OptionalAssignedToNull") // a map's null says: not put here
	private byte @Nullable [] latest(StateKey entry) {
		for (HandlerContext context = this; context != null; context = context.outer) {
			Optional<byte[]> own = context.effects.states().get(entry);
			if (own != null) {
				return own.orElse(null);
			}
		}
		return this.partition.committedOrGathered(entry);
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
		public Optional<S> get() {
			byte[] bytes = latest(this.entry);
			return (bytes != null) ? Optional.of(HandlerContext.this.runtime.codec().data(bytes, this.type))
					: Optional.empty();
		}

		@Override
		public void put(S value) {
			if (value == null) {
				throw new IllegalArgumentException(
						"State " + this.entry.state() + " was put as null: remove it instead");
			}
			HandlerContext.this.effects.state(this.entry,
					HandlerContext.this.runtime.codec().encodeState(this.entry.state(), value));
			Duration timeToLive = definition().timeToLive();
			if (timeToLive != null) {
				expire(this.entry, timeToLive);
			}
		}

		@Override
		public void remove() {
			HandlerContext.this.effects.state(this.entry, null);
			if (definition().timeToLive() != null) {
				HandlerContext.this.effects.timer(expiry(this.entry), null);
			}
		}

		private StateDefinition definition() {
			return Objects.requireNonNull(HandlerContext.this.runtime.definition().states().get(this.entry.state()));
		}

	}

}
