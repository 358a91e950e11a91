package io.doab.stream;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A subscription of which every instance sees every event: to fill a cache, to tell
 * connected clients, to drop what is out of date.
 *
 * <pre>{@code
 * BroadcastDefinition.named("prices")
 *     .on("prices.changed", Price.class, (stored) -> cache.put(stored.event().key(), stored.event().data()))
 *     .from(StreamPoint.beginning())
 *     .build();
 * }</pre>
 *
 * <p>
 * It belongs to no group: nothing is acknowledged, no position is kept, and each start
 * begins anew where {@link #from()} says. So an event is seen once by an instance that
 * runs, again by one that starts anew from the beginning, and never by one that was away
 * and begins with what comes next. A lost connection costs nothing: reading goes on where
 * it was.
 *
 * <p>
 * <b>Failures.</b> The events of a broadcast are handled one at a time, those of each
 * partition in stream order. A handler that throws is called again by the
 * {@linkplain #retry() retry policy}; all later events of this broadcast in this instance
 * wait for it. When the policy gives up, and at once for an event that cannot be decoded,
 * the event is <em>left out in this instance</em>: a warning says which, and health
 * counts it. There are no dead letters, for each instance would write one. Who must not
 * miss an event uses a {@link ProcessorDefinition}.
 */
public final class BroadcastDefinition {

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

	private final String name;

	private final Map<String, Input<?>> inputs;

	private final StreamPoint from;

	private final RetryPolicy retry;

	private BroadcastDefinition(Builder builder) {
		this.name = builder.name;
		this.inputs = Collections.unmodifiableMap(new LinkedHashMap<>(builder.inputs));
		this.from = builder.from;
		this.retry = builder.retry;
	}

	/**
	 * Begins a definition.
	 * @param name what health and logs call it: letters, digits, dot, dash and
	 * underscore, at most 100
	 */
	public static Builder named(String name) {
		return new Builder(name);
	}

	public String name() {
		return this.name;
	}

	/** The inputs by stream. */
	public Map<String, Input<?>> inputs() {
		return this.inputs;
	}

	/** Where every start begins. */
	public StreamPoint from() {
		return this.from;
	}

	/** How often a handler that throws is called again, and when. */
	public RetryPolicy retry() {
		return this.retry;
	}

	@Override
	public String toString() {
		return this.name + this.inputs.keySet();
	}

	/** One stream, the type of its payload and what takes its events. */
	public record Input<T>(String stream, Class<T> type, BroadcastHandler<T> handler) {
	}

	/** Gathers a definition. Not for several threads. */
	public static final class Builder {

		private final String name;

		private final Map<String, Input<?>> inputs = new LinkedHashMap<>();

		private StreamPoint from = StreamPoint.now();

		private RetryPolicy retry = new RetryPolicy(5, Duration.ofMillis(200), 2, Duration.ofSeconds(5), 0.2);

		private Builder(String name) {
			if (!NAME.matcher(name).matches()) {
				throw new IllegalArgumentException("Broadcast name '" + name
						+ "' must have 1 to 100 letters, digits, dots, dashes or underscores, and nothing else");
			}
			this.name = name;
		}

		/** Takes the events of a stream. */
		public <T> Builder on(String stream, Class<T> type, BroadcastHandler<T> handler) {
			if (this.inputs.putIfAbsent(stream, new Input<>(stream, type, handler)) != null) {
				throw new IllegalArgumentException("Broadcast '" + this.name + "' has input '" + stream + "' twice");
			}
			return this;
		}

		/**
		 * Where every start begins: {@link StreamPoint#now()} when nothing is said, the
		 * beginning, or a time.
		 */
		public Builder from(StreamPoint point) {
			if (point instanceof StreamPoint.Place) {
				throw new IllegalArgumentException("Broadcast '" + this.name
						+ "' cannot begin at a position, which is one of a single partition: use a time");
			}
			this.from = point;
			return this;
		}

		/** Five attempts over three seconds when nothing is said. */
		public Builder retry(RetryPolicy policy) {
			this.retry = policy;
			return this;
		}

		public BroadcastDefinition build() {
			if (this.inputs.isEmpty()) {
				throw new IllegalArgumentException("Broadcast '" + this.name + "' has no input");
			}
			return new BroadcastDefinition(this);
		}

	}

}
