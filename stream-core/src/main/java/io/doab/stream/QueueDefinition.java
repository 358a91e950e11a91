package io.doab.stream;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A queue over streams: its consumers compete for single events, acknowledge each, and
 * keep no order. Instances of the same name share the work, however many partitions there
 * are.
 *
 * <pre>{@code
 * QueueDefinition.named("thumbnails")
 *     .on("images", Image.class, (event, context) -> {
 *         thumbnails.render(event.data());
 *         return QueueOutcome.acknowledge();
 *     })
 *     .concurrency(8)
 *     .build();
 * }</pre>
 *
 * <p>
 * Order per key, state, timers and the atomic commit are what a
 * {@link ProcessorDefinition} has.
 */
public final class QueueDefinition {

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

	private final String name;

	private final Map<String, QueueInput<?>> inputs;

	private final Set<String> outputs;

	private final FailureHandler failureHandler;

	private final QueueSettings settings;

	private QueueDefinition(String name, Map<String, QueueInput<?>> inputs, Set<String> outputs,
			FailureHandler failureHandler, QueueSettings settings) {
		this.name = name;
		this.inputs = Map.copyOf(inputs);
		this.outputs = Set.copyOf(outputs);
		this.failureHandler = failureHandler;
		this.settings = settings;
		if (failureHandler instanceof PolicyFailureHandler(RetryPolicy policy, var _) && policy.deadline() != null) {
			throw new IllegalArgumentException("Queue '" + name + "' has a retry deadline of " + policy.deadline()
					+ ", and nobody keeps when an event of a queue failed first: set deliveryLimit instead");
		}
	}

	/**
	 * Begins a definition.
	 * @param name the queue's name: letters, digits, dot, dash and underscore, at most
	 * 100
	 */
	public static Builder named(String name) {
		return new Builder(name);
	}

	public String name() {
		return this.name;
	}

	/** The inputs by stream. */
	public Map<String, QueueInput<?>> inputs() {
		return this.inputs;
	}

	/** The streams that the handlers emit to. */
	public Set<String> outputs() {
		return this.outputs;
	}

	public FailureHandler failureHandler() {
		return this.failureHandler;
	}

	public QueueSettings settings() {
		return this.settings;
	}

	/** The same queue, run in another way. */
	public QueueDefinition with(UnaryOperator<QueueSettings> change) {
		return new QueueDefinition(this.name, this.inputs, this.outputs, this.failureHandler,
				change.apply(this.settings));
	}

	/**
	 * The same queue with another retry policy. Of a failure handler that retries by a
	 * policy the policy is changed, and what it holds for an outage stays; any other is
	 * replaced by one with the changed {@linkplain RetryPolicy#defaults() default
	 * policy}.
	 */
	public QueueDefinition withRetryPolicy(UnaryOperator<RetryPolicy> change) {
		FailureHandler changed = (this.failureHandler instanceof PolicyFailureHandler(RetryPolicy policy, var outage))
				? FailureHandler.retrying(change.apply(policy), outage)
				: FailureHandler.retrying(change.apply(RetryPolicy.defaults()));
		return new QueueDefinition(this.name, this.inputs, this.outputs, changed, this.settings);
	}

	@Override
	public String toString() {
		return this.name + this.inputs.keySet() + " -> " + this.outputs;
	}

	/** Gathers a definition. Not for several threads. */
	public static final class Builder {

		private final String name;

		private final Map<String, QueueInput<?>> inputs = new LinkedHashMap<>();

		private final Set<String> outputs = new LinkedHashSet<>();

		private FailureHandler failureHandler = FailureHandler.retrying(RetryPolicy.defaults());

		private QueueSettings settings = QueueSettings.defaults();

		private Builder(String name) {
			if (!NAME.matcher(name).matches()) {
				throw new IllegalArgumentException("Queue name '" + name
						+ "' must have 1 to 100 letters, digits, dots, dashes or underscores, and nothing else");
			}
			this.name = name;
		}

		/** Handles the events of a stream. */
		public <T> Builder on(String stream, Class<T> type, QueueHandler<T> handler) {
			if (this.inputs.putIfAbsent(stream, new QueueInput<>(stream, type, handler)) != null) {
				throw new IllegalArgumentException("Queue '" + this.name + "' has input '" + stream + "' twice");
			}
			return this;
		}

		/** Declares a stream that handlers emit to. */
		public Builder output(String stream) {
			this.outputs.add(stream);
			return this;
		}

		/**
		 * Says what happens to an event whose handler threw. A retry is a release with
		 * that delay; the attempts are the deliveries.
		 */
		public Builder onFailure(FailureHandler handler) {
			this.failureHandler = handler;
			return this;
		}

		/** How many handlers of one consumer run at once. */
		public Builder concurrency(int concurrency) {
			this.settings = this.settings.withConcurrency(concurrency);
			return this;
		}

		/** How many events one consumer holds, at most. */
		public Builder maxInFlightEvents(int events) {
			this.settings = this.settings.withMaxInFlightEvents(events);
			return this;
		}

		/** After how long without a sign of life others get what a consumer held. */
		public Builder visibilityTime(Duration time) {
			this.settings = this.settings.withVisibilityTime(time);
			return this;
		}

		/** The delivery at which an event is dead-lettered in place of being handled. */
		public Builder deliveryLimit(int deliveries) {
			this.settings = this.settings.withDeliveryLimit(deliveries);
			return this;
		}

		public Builder startAt(StartAt startAt) {
			this.settings = this.settings.withStartAt(startAt);
			return this;
		}

		/** At least once, or at most once. */
		public Builder delivery(Delivery delivery) {
			this.settings = this.settings.withDelivery(delivery);
			return this;
		}

		/**
		 * Takes acknowledged events out of the stream when no other group reads it.
		 */
		public Builder removeAcknowledged() {
			this.settings = this.settings.withRemoveAcknowledged(true);
			return this;
		}

		public QueueDefinition build() {
			if (this.inputs.isEmpty()) {
				throw new IllegalArgumentException("Queue '" + this.name + "' has no input");
			}
			return new QueueDefinition(this.name, this.inputs, this.outputs, this.failureHandler, this.settings);
		}

	}

}
