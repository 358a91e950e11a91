package io.doab.stream;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What a processor reads, keeps and writes, and how it runs. Its name is the name of the
 * consumer group: instances of the same name share the work.
 *
 * <pre>{@code
 * ProcessorDefinition.named("inventory-service")
 *     .on("inventory", InventoryRequest.class, reservations::requested)
 *     .on("payments.processed", PaymentResult.class, reservations::paid)
 *     .onTimer("payment-timeout", reservations::paymentTimedOut)
 *     .state("order", OrderProgress.class)
 *     .output("inventory.processed")
 *     .build();
 * }</pre>
 *
 * <p>
 * Several inputs are read side by side: partition n of each by the same member, so that
 * state and timers of a key are shared between them. They must have the same number of
 * partitions.
 */
public final class ProcessorDefinition {

	/**
	 * The header with which a publisher marks an event that may come twice under one id.
	 */
	public static final String DEDUPLICATE_HEADER = "deduplicate";

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

	private final String name;

	private final Map<String, ProcessorInput<?>> inputs;

	private final Map<String, TimerProcessor> timers;

	private final Map<String, StateDefinition> states;

	private final Set<String> outputs;

	private final @Nullable Duration deduplication;

	private final FailureHandler failureHandler;

	private final ProcessorSettings settings;

	private ProcessorDefinition(Builder builder, ProcessorSettings settings) {
		this.name = builder.name;
		this.inputs = Map.copyOf(builder.inputs);
		this.timers = Map.copyOf(builder.timers);
		this.states = Map.copyOf(builder.states);
		this.outputs = Set.copyOf(builder.outputs);
		this.deduplication = builder.deduplication;
		this.failureHandler = builder.failureHandler;
		this.settings = settings;
		requireConsistent();
	}

	private ProcessorDefinition(ProcessorDefinition other, ProcessorSettings settings, FailureHandler failureHandler) {
		this.name = other.name;
		this.inputs = other.inputs;
		this.timers = other.timers;
		this.states = other.states;
		this.outputs = other.outputs;
		this.deduplication = other.deduplication;
		this.failureHandler = failureHandler;
		this.settings = settings;
		requireConsistent();
	}

	/**
	 * What does not go together: a batch has no event of its own to remember, to wait for
	 * or to set aside, and without an order two events of a key would change its state at
	 * once.
	 */
	private void requireConsistent() {
		Ordering ordering = this.settings.ordering();
		boolean batches = this.inputs.values().stream().anyMatch(ProcessorInput.Batch.class::isInstance);
		if (batches && ordering != Ordering.PARTITION) {
			throw new IllegalArgumentException(
					"Processor '" + this.name + "' handles batches: it needs ordering PARTITION, not " + ordering);
		}
		if (batches && this.deduplication != null) {
			throw new IllegalArgumentException("Processor '" + this.name
					+ "' handles batches, which cannot be deduplicated: use on(...), or make the handler idempotent");
		}
		RetryMode retryMode = this.settings.retries().mode();
		if (batches && retryMode == RetryMode.NON_BLOCKING) {
			throw new IllegalArgumentException("Processor '" + this.name
					+ "' handles batches, which are tried again as a whole: it needs retry mode BLOCK_KEY or"
					+ " BLOCK_PARTITION, not NON_BLOCKING");
		}
		if (ordering == Ordering.NONE && retryMode == RetryMode.BLOCK_PARTITION) {
			throw new IllegalArgumentException("Processor '" + this.name
					+ "' has ordering NONE, where no event waits for another: it needs retry mode BLOCK_KEY or"
					+ " NON_BLOCKING, not BLOCK_PARTITION");
		}
		if (this.settings.delivery() == Delivery.AT_MOST_ONCE && !this.timers.isEmpty()) {
			throw new IllegalArgumentException("Processor '" + this.name + "' has timers " + this.timers.keySet()
					+ " and delivery AT_MOST_ONCE: a timer whose member dies fires again. Use ATOMIC or AT_LEAST_ONCE");
		}
		boolean keyed = !this.states.isEmpty() || !this.timers.isEmpty() || this.deduplication != null;
		if (keyed && ordering == Ordering.NONE) {
			throw new IllegalArgumentException("Processor '" + this.name
					+ "' has state, timers or deduplication: it needs ordering KEY or PARTITION, not NONE");
		}
	}

	/**
	 * Begins a definition.
	 * @param name the consumer group: letters, digits, dot, dash and underscore, at most
	 * 100
	 */
	public static Builder named(String name) {
		return new Builder(name);
	}

	public String name() {
		return this.name;
	}

	/** The inputs by stream. */
	public Map<String, ProcessorInput<?>> inputs() {
		return this.inputs;
	}

	/** The timers by name. */
	public Map<String, TimerProcessor> timers() {
		return this.timers;
	}

	/** The states by name. */
	public Map<String, StateDefinition> states() {
		return this.states;
	}

	/** The streams that the handlers emit to. */
	public Set<String> outputs() {
		return this.outputs;
	}

	/**
	 * How long the ids of events that may come twice are remembered, or null when they
	 * are not.
	 */
	public @Nullable Duration deduplication() {
		return this.deduplication;
	}

	/**
	 * Whether anything of it sets timers: its handlers, or the end of what it remembers.
	 */
	public boolean usesTimers() {
		return !this.timers.isEmpty() || this.deduplication != null
				|| this.states.values().stream().anyMatch((state) -> state.timeToLive() != null);
	}

	public FailureHandler failureHandler() {
		return this.failureHandler;
	}

	public ProcessorSettings settings() {
		return this.settings;
	}

	/** The same processor, run in another way. */
	public ProcessorDefinition with(UnaryOperator<ProcessorSettings> change) {
		return new ProcessorDefinition(this, change.apply(this.settings), this.failureHandler);
	}

	/** The same processor with another answer to failures. */
	public ProcessorDefinition withFailureHandler(FailureHandler other) {
		return new ProcessorDefinition(this, this.settings, other);
	}

	/**
	 * The same processor with another retry policy. Of a failure handler that retries by
	 * a policy the policy is changed, and what it holds for an outage stays; any other is
	 * replaced by one with the changed {@linkplain RetryPolicy#defaults() default
	 * policy}.
	 */
	public ProcessorDefinition withRetryPolicy(UnaryOperator<RetryPolicy> change) {
		return withFailureHandler((this.failureHandler instanceof PolicyFailureHandler(RetryPolicy policy, var outage))
				? FailureHandler.retrying(change.apply(policy), outage)
				: FailureHandler.retrying(change.apply(RetryPolicy.defaults())));
	}

	@Override
	public String toString() {
		return this.name + this.inputs.keySet() + " -> " + this.outputs;
	}

	/** Gathers a definition. Not for several threads. */
	public static final class Builder {

		private final String name;

		private final Map<String, ProcessorInput<?>> inputs = new LinkedHashMap<>();

		private final Map<String, TimerProcessor> timers = new LinkedHashMap<>();

		private final Map<String, StateDefinition> states = new LinkedHashMap<>();

		private final Set<String> outputs = new LinkedHashSet<>();

		private @Nullable Duration deduplication;

		private FailureHandler failureHandler = FailureHandler.retrying(RetryPolicy.defaults());

		private ProcessorSettings settings = ProcessorSettings.defaults();

		private Builder(String name) {
			this.name = requireName("Processor", name);
		}

		/** Handles the events of a stream one by one. */
		public <T> Builder on(String stream, Class<T> type, EventProcessor<T> handler) {
			return input(new ProcessorInput.Single<>(stream, type, handler));
		}

		/**
		 * Handles the events of a stream in batches. Needs {@link Ordering#PARTITION}.
		 * @param maxEvents the largest batch
		 */
		public <T> Builder onBatch(String stream, Class<T> type, int maxEvents, EventBatchProcessor<T> handler) {
			if (maxEvents < 1) {
				throw new IllegalArgumentException("maxEvents " + maxEvents + " must be at least 1");
			}
			return input(new ProcessorInput.Batch<>(stream, type, maxEvents, handler));
		}

		/**
		 * Joins two streams by key: adds their inputs, and the states and the timer that
		 * the join needs.
		 */
		public Builder join(StreamJoin<?, ?> join) {
			join.addTo(this);
			return this;
		}

		/** Handles a timer that {@link ProcessingContext#schedule} set. */
		public Builder onTimer(String timer, TimerProcessor handler) {
			if (this.timers.putIfAbsent(requireName("Timer", timer), handler) != null) {
				throw new IllegalArgumentException("Processor '" + this.name + "' has timer '" + timer + "' twice");
			}
			return this;
		}

		/** Declares a state that handlers read and write for an event's key. */
		public Builder state(String state, Class<?> type) {
			return state(new StateDefinition(requireName("State", state), type, null));
		}

		/**
		 * Declares a state whose values are forgotten.
		 * @param timeToLive how long after its last put a value stays, at least
		 */
		public Builder state(String state, Class<?> type, Duration timeToLive) {
			return state(new StateDefinition(requireName("State", state), type, timeToLive));
		}

		private Builder state(StateDefinition state) {
			if (this.states.putIfAbsent(state.name(), state) != null) {
				throw new IllegalArgumentException(
						"Processor '" + this.name + "' has state '" + state.name() + "' twice");
			}
			return this;
		}

		/** Declares a stream that handlers emit to. */
		public Builder output(String stream) {
			this.outputs.add(stream);
			return this;
		}

		/**
		 * Drops an event that was processed before under the same id, when its publisher
		 * marked it as one that may come twice (header {@value #DEDUPLICATE_HEADER}).
		 * @param window how long an id is remembered
		 */
		public Builder deduplicate(Duration window) {
			this.deduplication = window;
			return this;
		}

		public Builder onFailure(FailureHandler handler) {
			this.failureHandler = handler;
			return this;
		}

		/** What waits for a failed event; its key by default. */
		public Builder retryMode(RetryMode mode) {
			return retries(this.settings.retries().withMode(mode));
		}

		/** What a retry blocks, and where it waits. */
		public Builder retries(RetrySettings retries) {
			this.settings = this.settings.withRetries(retries);
			return this;
		}

		public Builder ordering(Ordering ordering) {
			this.settings = this.settings.withOrdering(ordering);
			return this;
		}

		public Builder concurrency(int concurrency) {
			this.settings = this.settings.withConcurrency(concurrency);
			return this;
		}

		public Builder startAt(StartAt startAt) {
			this.settings = this.settings.withStartAt(startAt);
			return this;
		}

		public Builder maxInFlightEvents(int events) {
			this.settings = this.settings.withMaxInFlightEvents(events);
			return this;
		}

		/** What the processor promises of an event when its member dies. */
		public Builder delivery(Delivery delivery) {
			this.settings = this.settings.withDelivery(delivery);
			return this;
		}

		/**
		 * How often an event is delivered again whose processes ended while they had it
		 * in hand ({@link ProcessorSettings#maxDeliveriesAfterCrash()}).
		 */
		public Builder maxDeliveriesAfterCrash(int deliveries) {
			this.settings = this.settings.withMaxDeliveriesAfterCrash(deliveries);
			return this;
		}

		public ProcessorDefinition build() {
			if (this.inputs.isEmpty()) {
				throw new IllegalArgumentException("Processor '" + this.name + "' has no input");
			}
			return new ProcessorDefinition(this, this.settings);
		}

		private Builder input(ProcessorInput<?> input) {
			if (this.inputs.putIfAbsent(input.stream(), input) != null) {
				throw new IllegalArgumentException(
						"Processor '" + this.name + "' has input '" + input.stream() + "' twice");
			}
			return this;
		}

		private static String requireName(String what, String name) {
			if (!NAME.matcher(name).matches()) {
				throw new IllegalArgumentException(what + " name '" + name
						+ "' must have 1 to 100 letters, digits, dots, dashes or underscores, and nothing else");
			}
			return name;
		}

	}

}
