package io.doab.stream.engine;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

import io.doab.stream.Delivery;
import io.doab.stream.Event;
import io.doab.stream.FailureHandler;
import io.doab.stream.PayloadCodec;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.ProcessorSettings;
import io.doab.stream.StreamPartition;
import io.doab.stream.error.FailureAction;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StreamRecord;

import org.jspecify.annotations.Nullable;

/**
 * One processor on the thread of its caller: for tests of what it does. What happens to
 * an event between fetch and commit is the engine's; the caller fetches, owns the
 * partitions, moves the time and lets handlers run.
 *
 * <p>
 * Nothing runs but in {@link #runReady()} and in the tasks of the time that was given.
 * Not for several threads.
 */
public final class SynchronousProcessor {

	private static final PlainOutputs NO_LOG = new PlainOutputs((append) -> {
		throw new IllegalStateException("Appended by no commit: " + append.target());
	});

	/** For a processor that does not say. */
	private static final int MAX_IN_FLIGHT = 2_000;

	private final ProcessorRuntime runtime;

	private final WorkRunner workRunner;

	private final Consumer<Failure> failures;

	private final Queue<Lane> ready = new ArrayDeque<>();

	private final Map<Integer, OwnedPartition> owned = new LinkedHashMap<>();

	private final Set<Integer> paused = new HashSet<>();

	/** What runs, and in which partition; null until something did. */
	private @Nullable Work current;

	private int currentPartition;

	private @Nullable Exception stopCause;

	/**
	 * Creates a processor that owns no partition yet.
	 * @param partitions how many partitions a stream has
	 * @param failures is told of each failure of a handler
	 */
	public SynchronousProcessor(ProcessorDefinition definition, PayloadCodec payloads, int maxEventBytes,
			ToIntFunction<String> partitions, EngineTime time, Consumer<Failure> failures) {
		this.runtime = ProcessorRuntime.of(
				definition.withFailureHandler(telling(definition.failureHandler()))
					.with(SynchronousProcessor::committing),
				MAX_IN_FLIGHT, new EventCodec(payloads, maxEventBytes), new BackendPublisher.Partitions(partitions),
				new ReadyLanes(), new SoloTurns(time), time, ProcessorMetrics.none());
		EventWorkRunner runner = new EventWorkRunner(this.runtime, NO_LOG);
		this.workRunner = (partition, works) -> {
			this.current = works.getFirst();
			this.currentPartition = partition.partition();
			return runner.run(partition, works);
		};
		this.failures = failures;
	}

	/** Nothing is appended but by a commit: at least once is as atomic here. */
	private static ProcessorSettings committing(ProcessorSettings settings) {
		return (settings.delivery() == Delivery.AT_LEAST_ONCE) ? settings.withDelivery(Delivery.ATOMIC) : settings;
	}

	/** Owns a partition from now on. */
	public void acquire(PartitionOwnership ownership) {
		OwnedPartition partition = new OwnedPartition(ownership, this.runtime, new Control(), this.workRunner);
		this.owned.put(ownership.partition(), partition);
		this.paused.remove(ownership.partition());
		partition.start();
	}

	/** Drops all work of a partition, and owns it no more. */
	public void lose(int partition) {
		OwnedPartition lost = this.owned.remove(partition);
		if (lost != null) {
			lost.abandon();
			lookForRoom();
		}
	}

	private void lookForRoom() {
		this.owned.values().forEach(OwnedPartition::lookForRoom);
	}

	/** How many events of a partition are to be fetched now, at most. */
	public int wants(int partition) {
		return (this.paused.contains(partition) || !this.owned.containsKey(partition)) ? 0
				: this.runtime.maxFetchEvents();
	}

	/** Takes what was fetched of a partition that is owned. */
	public void fetched(int partition, FetchedRecords records) {
		Objects.requireNonNull(this.owned.get(partition)).accept(records);
	}

	/**
	 * Runs handlers until none has anything to do.
	 * @return whether any ran
	 */
	public boolean runReady() {
		boolean any = false;
		for (Lane lane = this.ready.poll(); lane != null; lane = this.ready.poll()) {
			lane.partition.run(lane);
			any = true;
		}
		return any;
	}

	/** What the failure is that stopped the processor, if one did. */
	public Optional<Exception> stopCause() {
		return Optional.ofNullable(this.stopCause);
	}

	/** The stored form of an event, and the partition that it belongs to. */
	public Append append(String stream, Event<?> event) {
		return new Append(this.runtime.partitions().of(stream, event.key()), this.runtime.codec().toWire(event));
	}

	/** The event of a stored form. */
	public <T> Event<T> event(StreamPartition partition, StreamRecord record, Class<T> type) {
		return this.runtime.codec().fromWire(partition, record, type);
	}

	private FailureHandler telling(FailureHandler handler) {
		return (failed) -> {
			FailureAction action = (failed.exception().getCause() instanceof AssertionError) ? new FailureAction.Stop()
					: handler.onFailure(failed);
			this.failures.accept(failure(failed.exception(), failed.attempt(), action));
			return action;
		};
	}

	private Failure failure(Exception exception, int attempt, FailureAction action) {
		return switch (Objects.requireNonNull(this.current)) {
			case Work.EventWork event -> new Failure(event.input.stream(),
					EventCodec.id(new StreamPartition(event.input.stream(), this.currentPartition), event.record),
					event.key(), attempt, exception, action);
			case Work.TimerWork timer -> new Failure(timer.timer.name(), null, timer.key(), attempt, exception, action);
		};
	}

	/**
	 * A handler failed. An assertion that fails in a handler stops the processor,
	 * whatever its failure handler says.
	 *
	 * @param source the input stream, or the timer's name
	 * @param eventId the event, the first of a batch, or null for a timer
	 */
	public record Failure(String source, @Nullable String eventId, @Nullable String key, int attempt,
			Exception exception, FailureAction action) {

	}

	private final class ReadyLanes implements LaneExecutor {

		@Override
		public void ready(Lane lane) {
			SynchronousProcessor.this.ready.add(lane);
		}

		@Override
		public void ran(long nanos) {
			// One thread is all that there is.
		}

	}

	private final class Control implements FetchControl {

		@Override
		public void pause(int partition) {
			SynchronousProcessor.this.paused.add(partition);
		}

		@Override
		public void resume(int partition) {
			SynchronousProcessor.this.paused.remove(partition);
		}

		@Override
		public void lookForRoom() {
			SynchronousProcessor.this.lookForRoom();
		}

		@Override
		public void stop(Exception cause) {
			SynchronousProcessor.this.stopCause = cause;
			SynchronousProcessor.this.owned.values().forEach((partition) -> {
				var _ = partition.drain();
			});
		}

	}

}
