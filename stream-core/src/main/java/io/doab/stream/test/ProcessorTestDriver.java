package io.doab.stream.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import io.doab.stream.Event;
import io.doab.stream.Partitioner;
import io.doab.stream.PayloadCodec;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StateDefinition;
import io.doab.stream.StreamDefinition;
import io.doab.stream.Timer;
import io.doab.stream.error.FailureAction;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.spi.StateKey;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * Drives one processor in a test: without a server, on the thread of the test, by a clock
 * that the test moves.
 *
 * <pre class="code">
 * try (ProcessorTestDriver driver = ProcessorTestDriver.of(definition).build()) {
 *     driver.publish("payments", "payment.charge", "536365", payment);
 *     assertThat(driver.outputs("payments.processed", PaymentResult.class)).hasSize(1);
 *     driver.advance(Duration.ofMinutes(15));
 * }
 * </pre>
 *
 * <p>
 * It is the engine that runs: order, state, timers, retries, dead letters, deduplication
 * and ids are those of production, and so is what is stored of events and state. What
 * there is none of are threads and a server: handlers run one after the other, inputs are
 * read in the order in which they were published to, and nothing is slow or away. A
 * handler's failure is answered as the processor says, retries included; see
 * {@link #failures()}, and {@link Builder#throwFailures()} for tests in which none is
 * expected.
 *
 * <p>
 * {@link #publish}, {@link #advance} and {@link #start()} return when nothing is left to
 * do at that time. An event that is emitted to an input of the processor itself is
 * processed there. Not for several threads.
 */
public final class ProcessorTestDriver implements AutoCloseable {

	private final TestTime time;

	private final TestGroup group;

	private final PayloadCodec codec;

	private final boolean throwFailures;

	private final Map<String, Integer> published = new HashMap<>();

	private final Map<String, Integer> taken = new HashMap<>();

	private ProcessorTestDriver(Builder builder, TestTime time, ProcessorDefinition definition) {
		this.time = time;
		this.codec = builder.codec;
		this.throwFailures = builder.throwFailures;
		this.group = new TestGroup(definition, time, builder.partitions, builder.codec, builder.maxEventBytes);
		restart(definition);
	}

	/** Begins a driver of a processor. */
	public static Builder of(ProcessorDefinition definition) {
		return of((clock) -> definition);
	}

	/** Begins a driver of a processor whose handlers look at a clock: the driver's. */
	public static Builder of(Function<Clock, ProcessorDefinition> definition) {
		return new Builder(definition);
	}

	/**
	 * Publishes an event to an input and runs what it causes.
	 * @throws IllegalArgumentException when the processor has no such input
	 * @throws io.doab.stream.error.InvalidEventException when the event cannot be stored
	 * @throws IllegalStateException when a failure stopped the processor
	 */
	public void publish(String stream, Event<?> event) {
		publish(stream, List.of(event));
	}

	/**
	 * Publishes an event of now and runs what it causes.
	 * @return the event; its id is the stream's name with a number
	 */
	public <T> Event<T> publish(String stream, String type, @Nullable String key, T data) {
		int number = this.published.merge(stream, 1, Integer::sum);
		Event<T> event = Event.of(type, key, data).withId(stream + "-" + number).withTime(now());
		publish(stream, event);
		return event;
	}

	/**
	 * Publishes events that are all stored before the first is processed: a batch, or a
	 * backlog.
	 */
	public void publish(String stream, List<? extends Event<?>> events) {
		requireInput(stream);
		this.group.publish(stream, events);
	}

	/**
	 * All that the processor emitted to a stream so far.
	 * @throws IllegalArgumentException when the processor does not declare that output
	 */
	public <T> List<Event<T>> outputs(String stream, Class<T> type) {
		if (!definition().outputs().contains(stream)
				&& StreamDefinition.originOf(stream).filter(definition().inputs()::containsKey).isEmpty()) {
			throw new IllegalArgumentException("Processor '" + definition().name() + "' does not emit to '" + stream
					+ "'; its outputs are " + definition().outputs().stream().sorted().toList());
		}
		return this.group.streams()
			.emitted(stream)
			.stream()
			.map((entry) -> this.group.processor().event(entry.partition(), entry.record(), type))
			.toList();
	}

	/** All that the processor emitted to a stream so far, as JSON. */
	public List<Event<JsonNode>> outputs(String stream) {
		return outputs(stream, JsonNode.class);
	}

	/**
	 * What the processor emitted to a stream since this method was called for it before.
	 */
	public <T> List<Event<T>> newOutputs(String stream, Class<T> type) {
		List<Event<T>> all = outputs(stream, type);
		Integer before = this.taken.put(stream, all.size());
		return all.subList((before != null) ? before : 0, all.size());
	}

	/**
	 * The dead letters of an input: the events as they were published, with where, why
	 * and how often in their {@code dl…} headers. The dead letter of a timer has no
	 * payload; it goes to the first input by name.
	 */
	public List<Event<byte[]>> deadLetters(String input) {
		requireInput(input);
		return outputs(StreamDefinition.deadLetterOf(input), byte[].class);
	}

	/** All attempts that failed so far, in the order in which they did. */
	public List<HandlerFailure> failures() {
		return List.copyOf(this.group.failures());
	}

	/**
	 * The committed value of a key.
	 * @throws IllegalArgumentException when the processor has no such state of that type
	 */
	public <S> Optional<S> state(String name, String key, Class<S> type) {
		StateDefinition declared = definition().states().get(name);
		if (declared == null || declared.type() != type) {
			throw new IllegalArgumentException("Processor '" + definition().name() + "' has no state '" + name + "' of "
					+ type.getName() + "; its states are "
					+ definition().states()
						.values()
						.stream()
						.map((state) -> state.name() + " of " + state.type().getName())
						.sorted()
						.toList());
		}
		TestPartition partition = this.group.partitions()
			.get(Partitioner.partition(key, this.group.partitions().size()));
		byte[] bytes = partition.state(new StateKey(name, key));
		if (bytes == null) {
			return Optional.empty();
		}
		return Optional.of((type == byte[].class) ? type.cast(bytes) : this.codec.decode(bytes, type));
	}

	/** The timers that are set, by due time. */
	public List<Timer> timers() {
		return this.group.partitions()
			.stream()
			.flatMap((partition) -> partition.timers().stream())
			.sorted(Comparator.comparing(Timer::due))
			.toList();
	}

	/** How many events of an input are not processed: they wait, or it is stopped. */
	public long lag(String input) {
		requireInput(input);
		return this.group.lag(input);
	}

	/**
	 * Moves the clock. Timers, retries and the end of what has a time to live come in the
	 * order of their time, each at its time.
	 */
	public void advance(Duration duration) {
		if (duration.isNegative()) {
			throw new IllegalArgumentException("Time goes forward, not by " + duration);
		}
		this.group.advanceTo(now().plus(duration));
	}

	/** Moves the clock up to an instant. */
	public void advanceTo(Instant instant) {
		advance(Duration.between(now(), instant));
	}

	public Instant now() {
		return this.time.now();
	}

	/** The clock of the driver, in UTC. */
	public Clock clock() {
		return this.time.clock();
	}

	/**
	 * The next commit is not stored, as when the process dies after its handlers ran and
	 * before they are acknowledged. The partition goes to a next owner, which processes
	 * the events again: what handlers did outside of their context then happens twice.
	 */
	public void loseNextCommit() {
		this.group.loseNextCommit();
	}

	/**
	 * Ends the process: what is stored stays, what is in memory goes. Events can be
	 * published and the clock moved meanwhile.
	 */
	public void stop() {
		this.group.stop();
	}

	/**
	 * Starts the processor again after a {@link #stop()} or a failure that stopped it.
	 */
	public void start() {
		this.group.start(definition());
	}

	/**
	 * Stops and starts it, as by a crash: events that waited for a retry are tried at
	 * once.
	 */
	public void restart() {
		start();
	}

	/** Goes on with another version of the processor, over what this one stored. */
	public void restart(ProcessorDefinition next) {
		this.group.start(this.throwFailures ? next.withFailureHandler((failure) -> new FailureAction.Stop()) : next);
	}

	/** Whether it was neither stopped nor stopped by a failure. */
	public boolean isRunning() {
		return this.group.isRunning();
	}

	@Override
	public void close() {
		this.group.stop();
	}

	private void requireInput(String stream) {
		if (!definition().inputs().containsKey(stream)) {
			throw new IllegalArgumentException("Processor '" + definition().name() + "' does not read '" + stream
					+ "'; its inputs are " + definition().inputs().keySet().stream().sorted().toList());
		}
	}

	private ProcessorDefinition definition() {
		return this.group.definition();
	}

	/** Gathers how the processor is driven. */
	public static final class Builder {

		private final Function<Clock, ProcessorDefinition> definition;

		private Instant start = Instant.parse("2000-01-01T00:00:00Z");

		private PayloadCodec codec = new JsonPayloadCodec();

		private int partitions = 1;

		private int maxEventBytes = 1024 * 1024;

		private boolean throwFailures;

		private Builder(Function<Clock, ProcessorDefinition> definition) {
			this.definition = definition;
		}

		/** When the test begins; the first instant of the year 2000 by default. */
		public Builder at(Instant instant) {
			this.start = instant;
			return this;
		}

		/** How payloads and state are stored; as JSON by default. */
		public Builder codec(PayloadCodec payloads) {
			this.codec = payloads;
			return this;
		}

		/** How many partitions all streams have; 1 by default. */
		public Builder partitions(int number) {
			if (number < 1) {
				throw new IllegalArgumentException("partitions " + number + " must be at least 1");
			}
			this.partitions = number;
			return this;
		}

		/** The largest event and value of a state; 1 MiB by default. */
		public Builder maxEventBytes(int bytes) {
			this.maxEventBytes = bytes;
			return this;
		}

		/**
		 * What a handler throws stops the processor and comes out of the call that ran
		 * it, as the cause of an {@link IllegalStateException}, instead of being answered
		 * by the processor's failure handler.
		 */
		public Builder throwFailures() {
			this.throwFailures = true;
			return this;
		}

		/** Starts the processor. */
		public ProcessorTestDriver build() {
			TestTime time = new TestTime(this.start);
			return new ProcessorTestDriver(this, time, this.definition.apply(time.clock()));
		}

	}

}
