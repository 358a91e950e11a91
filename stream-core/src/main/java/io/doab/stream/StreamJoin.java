package io.doab.stream;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

import io.doab.stream.error.InvalidEventException;

import org.jspecify.annotations.Nullable;

/**
 * Joins two streams by key. Events of the left stream wait for what is known from the
 * right one, whichever comes first; those that wait too long are given up.
 *
 * <pre>{@code
 * ProcessorDefinition.named("shipping")
 *     .join(StreamJoin.named("paid").left("orders", Order.class).right("payments", Payment.class)
 *         .within(Duration.ofMinutes(15))
 *         .joined((order, payment, context) -> context.emit("shipments", "order.shipped", order.data()))
 *         .timedOut((order, context) -> context.emit("shipments", "order.unpaid", order.data())))
 *     .output("shipments")
 *     .build();
 * }</pre>
 *
 * <p>
 * <b>Left.</b> Each event is joined once, in the order of its key, or given up once. One
 * right may be joined to any number of lefts that come before and after it; with
 * {@link #oneToOne()} to the first alone. How many of a key wait is bounded. An event
 * that comes again while it waits is dropped; one that comes again later is handled
 * again, and what is emitted has the ids of the first time: drop it by
 * {@link ProcessorDefinition.Builder#deduplicate}.
 *
 * <p>
 * <b>Right.</b> Of a key one value is known: by default the payload of the last event,
 * otherwise what a {@link Fold} makes of all of them. A left sees the value of the moment
 * at which it is joined; when the value changes afterwards, it is not joined anew. The
 * value is kept for {@link #rightKept} after its last change.
 *
 * <p>
 * <b>Time.</b> A left waits from when it is processed. A time-out comes only after both
 * streams were read up to the end that they had when it was due, so that a right that was
 * there in time wins, however long nobody looked.
 *
 * <p>
 * <b>Failure.</b> All of it is state and timers of the processor: it survives crashes and
 * take-overs, and is done once. What is emitted follows from the left event, whatever
 * event or time-out made it: ids, trace and key. A handler that fails at a left event
 * that waited costs that event, by the processor's failure handler, and neither the right
 * event nor the other lefts.
 *
 * <p>
 * Not for several threads; once it is part of a definition it must not be changed.
 *
 * @param <L> the payload of the left stream
 * @param <R> what is known from the right stream
 */
public final class StreamJoin<L, R> {

	/** How many events of a key may wait unless said otherwise. */
	public static final int DEFAULT_MAX_WAITING_EVENTS = 100;

	/** How many bytes of a key may wait unless said otherwise. */
	public static final int DEFAULT_MAX_WAITING_BYTES = 256 * 1024;

	private static final Duration DEFAULT_RIGHT_KEPT = Duration.ofDays(7);

	final String name;

	final String leftStream;

	final Class<L> leftType;

	final Class<R> rightType;

	private final Right<?, R> right;

	private Duration rightKept = DEFAULT_RIGHT_KEPT;

	private @Nullable Duration timeout;

	private int maxWaitingEvents = DEFAULT_MAX_WAITING_EVENTS;

	private int maxWaitingBytes = DEFAULT_MAX_WAITING_BYTES;

	private boolean oneToOne;

	private @Nullable Joined<L, R> joined;

	private @Nullable Match<L, R> match;

	private @Nullable EventProcessor<L> timedOut;

	private EventProcessor<L> full = this::refuse;

	private StreamJoin(Left<L> left, Right<?, R> right, Class<R> rightType) {
		this.name = left.name;
		this.leftStream = left.stream;
		this.leftType = left.type;
		this.right = right;
		this.rightType = rightType;
	}

	/**
	 * Begins a join.
	 * @param name what its state is called: do not change it while events wait. Letters,
	 * digits, dots, dashes and underscores
	 */
	public static Named named(String name) {
		return new Named(name);
	}

	/** The state in which left events of a key wait. */
	public static String waitingState(String name) {
		return name + ".waiting";
	}

	/** The state that has what is known from the right stream. */
	public static String rightState(String name) {
		return name + ".right";
	}

	/** The timer that ends the patience of the left event that has waited longest. */
	public static String timeoutTimer(String name) {
		return name + ".timeout";
	}

	/** How long a left event waits. Required. */
	public StreamJoin<L, R> within(Duration patience) {
		if (!patience.isPositive()) {
			throw new IllegalArgumentException("Join '" + this.name + "' waits for " + patience
					+ ": it must be longer than nothing, or no left event could come first");
		}
		this.timeout = patience;
		return this;
	}

	/**
	 * How long the right value of a key is kept for left events to come, from its last
	 * change; 7 days by default.
	 */
	public StreamJoin<L, R> rightKept(Duration timeToLive) {
		this.rightKept = timeToLive;
		return this;
	}

	/**
	 * How many events of a key may wait. The first always may; all are stored anew with
	 * each that is added.
	 * @param bytes of their payloads and attributes
	 */
	public StreamJoin<L, R> waitingAtMost(int events, int bytes) {
		if (events < 1 || bytes < 1) {
			throw new IllegalArgumentException("Join '" + this.name + "' lets " + events + " events of " + bytes
					+ " bytes wait: at least one each");
		}
		this.maxWaitingEvents = events;
		this.maxWaitingBytes = bytes;
		return this;
	}

	/** A right value is forgotten when it is joined: the next left waits for the next. */
	public StreamJoin<L, R> oneToOne() {
		this.oneToOne = true;
		return this;
	}

	/** What is done with a left event once something is known from the right. */
	public StreamJoin<L, R> joined(Joined<L, R> handler) {
		this.joined = handler;
		return this;
	}

	/**
	 * Decides for each left event whether it is done or goes on waiting, in place of
	 * {@link #joined}.
	 */
	public StreamJoin<L, R> matched(Match<L, R> handler) {
		this.match = handler;
		return this;
	}

	/**
	 * What is done with a left event that has waited long enough. Required. The others of
	 * its key are offered to {@link #matched} afterwards.
	 */
	public StreamJoin<L, R> timedOut(EventProcessor<L> handler) {
		this.timedOut = handler;
		return this;
	}

	/**
	 * What is done with a left event that finds no room to wait; without it, it goes to
	 * the dead letters.
	 */
	public StreamJoin<L, R> whenFull(EventProcessor<L> handler) {
		this.full = handler;
		return this;
	}

	void addTo(ProcessorDefinition.Builder builder) {
		if (this.timeout == null || this.timedOut == null || (this.joined == null) == (this.match == null)) {
			throw new IllegalArgumentException("Join '" + this.name
					+ "' needs within(...), timedOut(...), and either joined(...) or matched(...)");
		}
		if (this.match != null && this.oneToOne) {
			throw new IllegalArgumentException("Join '" + this.name
					+ "' has matched(...) and oneToOne(): let matched(...) remove the right value");
		}
		JoinProcessor<L, R> processor = new JoinProcessor<>(this, matching(), this.timedOut, this.full,
				new JoinProcessor.Limits(this.timeout, this.maxWaitingEvents, this.maxWaitingBytes));
		builder.on(this.leftStream, this.leftType, processor::leftCame);
		this.right.addTo(builder, processor);
		builder.onTimer(timeoutTimer(this.name), processor::timedOut);
		builder.state(waitingState(this.name), byte[].class);
		builder.state(rightState(this.name), this.rightType, this.rightKept);
	}

	private Match<L, R> matching() {
		return (this.match != null) ? this.match : (left, right, context) -> {
			Optional<R> known = right.get();
			if (known.isEmpty()) {
				return false;
			}
			if (this.oneToOne) {
				right.remove();
			}
			Objects.requireNonNull(this.joined).process(left, known.get(), context);
			return true;
		};
	}

	private void refuse(Event<L> event, ProcessingContext context) {
		throw new InvalidEventException("Join '" + this.name + "' has no room for event " + event.id() + ": "
				+ this.maxWaitingEvents + " events or " + this.maxWaitingBytes
				+ " bytes of one key may wait. Raise it with waitingAtMost(...), or say what to do with whenFull(...)");
	}

	/** Handles a left event with what is known from the right. */
	@FunctionalInterface
	public interface Joined<L, R> {

		void process(Event<L> left, R right, ProcessingContext context) throws Exception;

	}

	/**
	 * Decides about a left event. Asked when it comes, and while it waits, in the order
	 * in which they came, after each right event and each time-out of its key. May change
	 * or remove the right value.
	 */
	@FunctionalInterface
	public interface Match<L, R> {

		/**
		 * Handles the event if it can.
		 * @return true when the event is done, false when it goes on waiting
		 */
		boolean process(Event<L> left, KeyedState<R> right, ProcessingContext context) throws Exception;

	}

	/**
	 * What is known once another right event came. An event that may come twice needs
	 * {@link ProcessorDefinition.Builder#deduplicate}, or a fold that notices it.
	 */
	@FunctionalInterface
	public interface Fold<E, R> {

		R next(Optional<R> before, Event<E> event, ProcessingContext context) throws Exception;

	}

	/** A join that has a name. */
	public static final class Named {

		private final String name;

		private Named(String name) {
			this.name = name;
		}

		/** The stream whose events wait. */
		public <L> Left<L> left(String stream, Class<L> type) {
			return new Left<>(this.name, stream, type);
		}

	}

	/** A join that has a left stream. */
	public static final class Left<L> {

		private final String name;

		private final String stream;

		private final Class<L> type;

		private Left(String name, String stream, Class<L> type) {
			this.name = name;
			this.stream = stream;
			this.type = type;
		}

		/**
		 * The stream that is waited for; what is known is the payload of its last event.
		 */
		public <R> StreamJoin<L, R> right(String rightStream, Class<R> rightType) {
			return right(rightStream, rightType, rightType, (before, event, context) -> event.data());
		}

		/**
		 * The stream that is waited for.
		 * @param known the type of what is made of its events, a state of the processor
		 */
		public <E, R> StreamJoin<L, R> right(String rightStream, Class<E> rightType, Class<R> known, Fold<E, R> fold) {
			return new StreamJoin<>(this, new Right<>(rightStream, rightType, fold), known);
		}

	}

	private record Right<E, R>(String stream, Class<E> type, Fold<E, R> fold) {

		void addTo(ProcessorDefinition.Builder builder, JoinProcessor<?, R> processor) {
			builder.on(this.stream, this.type, (event, context) -> processor.rightCame(event, this.fold, context));
		}

	}

}
