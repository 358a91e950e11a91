package io.doab.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.doab.stream.StreamJoin.Fold;
import io.doab.stream.StreamJoin.Match;
import io.doab.stream.WaitingEvents.Entry;
import io.doab.stream.error.InvalidEventException;

/** The handlers of a {@link StreamJoin}. Holds nothing: what waits is state. */
final class JoinProcessor<L, R> {

	private final StreamJoin<L, R> join;

	private final Match<L, R> match;

	private final EventProcessor<L> timedOut;

	private final EventProcessor<L> full;

	private final Limits limits;

	JoinProcessor(StreamJoin<L, R> join, Match<L, R> match, EventProcessor<L> timedOut, EventProcessor<L> full,
			Limits limits) {
		this.join = join;
		this.match = match;
		this.timedOut = timedOut;
		this.full = full;
		this.limits = limits;
	}

	/** How long, and how many of a key, may wait. */
	record Limits(Duration patience, int events, int bytes) {
	}

	void leftCame(Event<L> event, ProcessingContext context) throws Exception {
		requireKey(event);
		WaitingEvents waiting = waiting(context);
		HeldEvent held = null;
		if (!waiting.isEmpty()) {
			held = context.hold();
			if (waiting.hasCopyOf(held)) {
				return;
			}
		}
		if (this.match.process(event, right(context), context)) {
			return;
		}
		held = (held != null) ? held : context.hold();
		Entry entry = new Entry(held, context.now().plus(this.limits.patience()));
		if (waiting.hasRoomFor(entry, this.limits.events(), this.limits.bytes())) {
			store(waiting.with(entry), context);
		}
		else {
			this.full.process(event, context);
		}
	}

	<E> void rightCame(Event<E> event, Fold<E, R> fold, ProcessingContext context) throws Exception {
		requireKey(event);
		KeyedState<R> right = right(context);
		right.put(fold.next(right.get(), event, context));
		WaitingEvents waiting = waiting(context);
		List<Entry> left = offer(waiting.entries(), context);
		if (left.size() < waiting.entries().size()) {
			store(new WaitingEvents(left), context);
		}
	}

	/** The patience of the first is over; that may be news to the others. */
	void timedOut(Timer timer, ProcessingContext context) {
		List<Entry> left = new ArrayList<>();
		boolean any = false;
		for (Entry entry : waiting(context).entries()) {
			if (entry.deadline().isAfter(timer.due())) {
				left.add(entry);
			}
			else {
				any = true;
				var _ = context.resume(entry.held(), this.join.leftType, this.timedOut);
			}
		}
		store(new WaitingEvents(any ? offer(left, context) : left), context);
	}

	/** Returns those that go on waiting. */
	private List<Entry> offer(List<Entry> entries, ProcessingContext context) {
		List<Entry> left = new ArrayList<>();
		for (Entry entry : entries) {
			boolean[] waitsOn = new boolean[1];
			var _ = context.resume(entry.held(), this.join.leftType,
					(event, inner) -> waitsOn[0] = !this.match.process(event, right(inner), inner));
			if (waitsOn[0]) {
				left.add(entry);
			}
		}
		return left;
	}

	private WaitingEvents waiting(ProcessingContext context) {
		return context.state(StreamJoin.waitingState(this.join.name), byte[].class)
			.get()
			.map(WaitingEvents::decode)
			.orElse(WaitingEvents.NONE);
	}

	private KeyedState<R> right(ProcessingContext context) {
		return context.state(StreamJoin.rightState(this.join.name), this.join.rightType);
	}

	private void store(WaitingEvents waiting, ProcessingContext context) {
		KeyedState<byte[]> state = context.state(StreamJoin.waitingState(this.join.name), byte[].class);
		String timer = StreamJoin.timeoutTimer(this.join.name);
		if (waiting.isEmpty()) {
			state.remove();
			context.cancel(timer);
		}
		else {
			Instant first = waiting.firstDeadline();
			state.put(waiting.encode());
			context.schedule(timer, first);
		}
	}

	private void requireKey(Event<?> event) {
		if (event.key() == null) {
			throw new InvalidEventException("Event " + event.id() + " has no key, by which join '" + this.join.name
					+ "' would find what belongs to it: publish it with one");
		}
	}

}
