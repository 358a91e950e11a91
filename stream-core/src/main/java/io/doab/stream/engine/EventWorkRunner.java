package io.doab.stream.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.doab.stream.Delivery;
import io.doab.stream.Event;
import io.doab.stream.Failure;
import io.doab.stream.HeldEvent;
import io.doab.stream.Origin;
import io.doab.stream.ProcessorInput;
import io.doab.stream.StreamPartition;
import io.doab.stream.Timer;
import io.doab.stream.TimerProcessor;
import io.doab.stream.error.FailureAction;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.StateKey;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Calls the handlers, and turns what they throw into what happens next. Holds nothing of
 * a partition: one serves all runners of a processor.
 */
final class EventWorkRunner implements WorkRunner {

	private static final Logger logger = LoggerFactory.getLogger(EventWorkRunner.class);

	/** After outputs that could not be stored for now. */
	private static final Duration OUTPUT_PAUSE = Duration.ofSeconds(1);

	private final ProcessorRuntime runtime;

	private final DeadLetters deadLetters;

	private final Delivery delivery;

	private final PlainOutputs outputs;

	EventWorkRunner(ProcessorRuntime runtime, PlainOutputs outputs) {
		this.runtime = runtime;
		this.delivery = runtime.definition().settings().delivery();
		this.outputs = outputs;
		this.deadLetters = runtime.deadLetters();
	}

	@Override
	public Outcome run(OwnedPartition partition, List<Work> works) {
		Work first = works.getFirst();
		if (first.suspect != null && first.suspect.verdict() != null) {
			return judged(partition, first, first.suspect.verdict());
		}
		return switch (first) {
			case Work.TimerWork timer -> timer(partition, timer);
			case Work.EventWork event -> switch (event.input) {
				case ProcessorInput.Single<?> input -> single(partition, event, input);
				case ProcessorInput.Batch<?> input -> batch(partition, works, input);
			};
		};
	}

	/** It is not run: it ended too many processes. */
	private Outcome judged(OwnedPartition partition, Work work, Suspect.Mark mark) {
		work.attempts = mark.deliveries() + 1;
		work.firstFailure = mark.since();
		Exception cause = new ProcessEndedException(mark.deliveries());
		return new Outcome.Done(switch (work) {
			case Work.EventWork event -> deadLetter(partition, event, cause);
			case Work.TimerWork timer -> deadLetter(partition, timer, cause);
		});
	}

	private <T> Outcome single(OwnedPartition partition, Work.EventWork work, ProcessorInput.Single<T> input) {
		work.attempts++;
		StateKey seen = work.seen;
		if (seen != null && partition.committedOrGathered(seen) != null) {
			this.runtime.metrics().deduplicated();
			return new Outcome.Done(new Effects());
		}
		StreamPartition origin = new StreamPartition(input.stream(), partition.partition());
		long started = this.runtime.time().nanoTime();
		try {
			Event<T> event = this.runtime.codec().fromWire(origin, work.record, input.type());
			HandlerContext context = new HandlerContext(partition, this.runtime, event.id(), event.key(),
					event.headers().get(HandlerContext.TRACE_PARENT), work, origin(partition, work));
			call(() -> input.handler().process(event, context));
			if (seen != null) {
				context.remember(seen, Objects.requireNonNull(this.runtime.definition().deduplication()));
			}
			appendPlainly(context.effects());
			ran(1, started);
			return new Outcome.Done(context.effects());
		}
		catch (Exception ex) {
			ran(0, started);
			return failed(partition, work, ex);
		}
	}

	private <T> Outcome batch(OwnedPartition partition, List<Work> works, ProcessorInput.Batch<T> input) {
		works.forEach((work) -> work.attempts++);
		Effects effects = new Effects();
		long started = this.runtime.time().nanoTime();
		try {
			List<Event<T>> events = decode(partition, works, input, effects);
			if (!events.isEmpty()) {
				call(() -> input.handler().process(events));
			}
			ran(events.size(), started);
			return new Outcome.Done(effects);
		}
		catch (Exception ex) {
			ran(0, started);
			return batchFailed(partition, works, ex);
		}
	}

	/** The events of a batch; what is none goes to the dead letters. */
	private <T> List<Event<T>> decode(OwnedPartition partition, List<Work> works, ProcessorInput.Batch<T> input,
			Effects effects) {
		StreamPartition origin = new StreamPartition(input.stream(), partition.partition());
		List<Event<T>> events = new ArrayList<>(works.size());
		for (Work work : works) {
			Work.EventWork event = (Work.EventWork) work;
			try {
				events.add(this.runtime.codec().fromWire(origin, event.record, input.type()));
			}
			catch (InvalidEventException ex) {
				effects.addAll(deadLetter(partition, event, ex));
			}
		}
		return events;
	}

	private Outcome timer(OwnedPartition partition, Work.TimerWork work) {
		work.attempts++;
		HandlerContext context = new HandlerContext(partition, this.runtime,
				"timer " + work.timer.name() + " " + work.timer.key() + " " + work.due, work.timer.key(), null, work,
				timerOrigin(partition));
		context.effects().timer(work.timer, null);
		if (work.timer.name().startsWith(ProcessorRuntime.EXPIRY_TIMER)) {
			String state = work.timer.name().substring(ProcessorRuntime.EXPIRY_TIMER.length());
			context.effects().state(new StateKey(state, work.timer.key()), null);
			return new Outcome.Done(context.effects());
		}
		TimerProcessor handler = this.runtime.definition().timers().get(work.timer.name());
		if (handler == null) {
			logger.warn("{}: timer '{}' fired, which the processor does not declare any more; it is dropped", name(),
					work.timer.name());
			return new Outcome.Done(context.effects());
		}
		long started = this.runtime.time().nanoTime();
		try {
			call(() -> handler.process(new Timer(work.timer.name(), work.timer.key(), work.due), context));
			appendPlainly(context.effects());
			ran(1, started);
			return new Outcome.Done(context.effects());
		}
		catch (Exception ex) {
			ran(0, started);
			return timerFailed(partition, work, ex);
		}
	}

	private Outcome timerFailed(OwnedPartition partition, Work.TimerWork work, Exception failure) {
		if (failure instanceof HeldEventException held) {
			return heldFailed(work, held);
		}
		return switch (decide(work, failure, timerOrigin(partition))) {
			case FailureAction.Retry retry -> new Outcome.Again(retry.delay(), List.of());
			case FailureAction.Await await -> await(List.of(work), await);
			case FailureAction.DeadLetter dead -> new Outcome.Done(deadLetter(partition, work, failure));
			case FailureAction.Stop stop -> new Outcome.Stop(failure);
		};
	}

	/** These attempts do not count. */
	private static Outcome await(List<? extends Work> works, FailureAction.Await action) {
		works.forEach((work) -> {
			work.attempts--;
			work.outages++;
		});
		return new Outcome.Await(action.delay());
	}

	/**
	 * Runs a handler. An error of it must not end the thread that runs others as well.
	 */
	private static void call(HandlerCall call) throws Exception {
		try {
			call.run();
		}
		catch (Error ex) {
			throw new IllegalStateException("The handler threw " + ex, ex);
		}
	}

	private void appendPlainly(Effects effects) throws Exception {
		if (this.delivery == Delivery.AT_LEAST_ONCE && !effects.appends.isEmpty()) {
			this.outputs.append(effects);
		}
	}

	private void ran(long events, long started) {
		long nanos = this.runtime.time().nanoTime() - started;
		this.runtime.scheduler().ran(nanos);
		if (events > 0) {
			this.runtime.metrics().handled(events, nanos);
		}
	}

	private Outcome failed(OwnedPartition partition, Work.EventWork work, Exception failure) {
		if (failure instanceof HeldEventException held) {
			// At most once, the work cannot run again without it.
			return (this.delivery != Delivery.AT_MOST_ONCE) ? heldFailed(work, held)
					: failed(partition, work, held.failure());
		}
		return switch (decide(work, failure, origin(partition, work))) {
			case FailureAction.Retry retry -> new Outcome.Again(retry.delay(), List.of());
			case FailureAction.Await await -> await(List.of(work), await);
			case FailureAction.DeadLetter dead -> new Outcome.Done(deadLetter(partition, work, failure));
			case FailureAction.Stop stop -> new Outcome.Stop(failure);
		};
	}

	/**
	 * An event that the work resumed failed. When that goes to the dead letters the work
	 * runs again, without it.
	 */
	private Outcome heldFailed(Work work, HeldEventException failure) {
		HeldEvent held = failure.held();
		return switch (decide(work, failure.failure(), held.origin())) {
			case FailureAction.Retry retry -> new Outcome.Again(retry.delay(), List.of());
			case FailureAction.Await await -> await(List.of(work), await);
			case FailureAction.DeadLetter dead -> {
				this.runtime.metrics().deadLettered();
				logger.warn("{}: event at {} of {}, which waited, goes to the dead letters after {} attempts", name(),
						held.origin().position(), held.origin().stream(), work.attempts);
				work.refuse(held, failure.failure());
				yield new Outcome.Again(Duration.ZERO, List.of());
			}
			case FailureAction.Stop stop -> new Outcome.Stop(failure.failure());
		};
	}

	private Outcome batchFailed(OwnedPartition partition, List<Work> works, Exception failure) {
		if (works.size() == 1) {
			return failed(partition, (Work.EventWork) works.getFirst(), failure);
		}
		Work.EventWork first = (Work.EventWork) works.getFirst();
		if (this.delivery == Delivery.AT_MOST_ONCE) {
			noteFailure(first, failure, false);
			Effects effects = new Effects();
			works.forEach((work) -> effects.addAll(deadLetter(partition, (Work.EventWork) work, failure)));
			return new Outcome.Done(effects);
		}
		return switch (decide(first, failure, origin(partition, first))) {
			case FailureAction.Retry retry -> new Outcome.Again(retry.delay(), List.of());
			case FailureAction.Await await -> await(works, await);
			case FailureAction.DeadLetter dead -> new Outcome.Again(Duration.ZERO, works);
			case FailureAction.Stop stop -> new Outcome.Stop(failure);
		};
	}

	/**
	 * What to do about a work that failed, or about a batch by its first. Delivered at
	 * most once nothing is tried again.
	 */
	private FailureAction decide(Work work, Exception exception, Origin origin) {
		if (exception instanceof PlainOutputs.NotStoredException) {
			// No fault of the event, so no attempt of its.
			noteFailure(work, exception, false);
			work.attempts--;
			return new FailureAction.Retry(OUTPUT_PAUSE);
		}
		Instant now = this.runtime.time().now();
		Instant first = (work.firstFailure != null) ? work.firstFailure : now;
		Failure failure = new Failure(exception, work.attempts, work.outages, first, now, origin);
		if (this.delivery != Delivery.AT_MOST_ONCE) {
			FailureAction action = answer(work, failure);
			if (!(action instanceof FailureAction.Await)) {
				work.firstFailure = first;
				work.outages = 0;
			}
			return action;
		}
		noteFailure(work, exception, false);
		work.firstFailure = first;
		try {
			return switch (this.runtime.definition().failureHandler().onFailure(failure)) {
				case FailureAction.Retry again -> new FailureAction.DeadLetter();
				case FailureAction.Await again -> new FailureAction.DeadLetter();
				case FailureAction.DeadLetter dead -> dead;
				case FailureAction.Stop stop -> stop;
			};
		}
		catch (RuntimeException ex) {
			logger.error("{}: the failure handler failed; {} is dead-lettered", name(), work, ex);
			return new FailureAction.DeadLetter();
		}
	}

	private FailureAction answer(Work work, Failure failure) {
		try {
			FailureAction action = this.runtime.definition().failureHandler().onFailure(failure);
			noteFailure(work, failure.exception(), action instanceof FailureAction.Await);
			return action;
		}
		catch (RuntimeException ex) {
			noteFailure(work, failure.exception(), false);
			throw ex;
		}
	}

	private static Origin origin(OwnedPartition partition, Work.EventWork work) {
		return new Origin(work.input.stream(), partition.partition(), work.record.position());
	}

	private static Origin timerOrigin(OwnedPartition partition) {
		return new Origin(null, partition.partition(), null);
	}

	/**
	 * Counts and logs a failure. Of an outage the first is logged, then each time their
	 * number has doubled.
	 */
	private void noteFailure(Work work, Exception failure, boolean outage) {
		if (Thread.currentThread().isInterrupted() || failure instanceof InterruptedException) {
			Thread.currentThread().interrupt();
			return;
		}
		this.runtime.metrics().failed();
		logger.atLevel((outage && Integer.bitCount(work.outages + 1) != 1) ? Level.DEBUG : Level.WARN)
			.setCause((work.attempts == 1 && work.outages == 0) ? failure : null)
			.log(outage ? "{}: {} waits, attempt {} met an outage: {}" : "{}: {} failed, attempt {}: {}", name(), work,
					work.attempts, failure.toString());
	}

	private Effects deadLetter(OwnedPartition partition, Work.EventWork work, Exception cause) {
		return dead(work, this.deadLetters.of(work, partition.partition(), cause));
	}

	/** The dead letter of a timer, which is cleared. */
	private Effects deadLetter(OwnedPartition partition, Work.TimerWork work, Exception cause) {
		Effects effects = dead(work, this.deadLetters.of(work, partition.partition(), cause));
		effects.timer(work.timer, null);
		return effects;
	}

	private Effects dead(Work work, Append letter) {
		this.runtime.metrics().deadLettered();
		logger.warn("{}: {} goes to {} after {} attempts", name(), work, letter.target(), work.attempts);
		Effects effects = new Effects();
		effects.appends.add(letter);
		return effects;
	}

	private String name() {
		return this.runtime.definition().name();
	}

	/** A call of a handler. */
	@FunctionalInterface
	private interface HandlerCall {

		void run() throws Exception;

	}

}
