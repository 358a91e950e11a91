package io.doab.stream;

/**
 * What a processor promises of an event when its member dies, or loses the partition.
 * Each speaks of what is in the streams: outputs, keyed state and timers. What a handler
 * does elsewhere (a row, a call, a mail) is done again whenever the handler runs again;
 * the event's id is the idempotency key for it.
 */
public enum Delivery {

	/**
	 * An event is acknowledged by a commit of its own before its handler runs, so its
	 * handler runs once or not at all. What the handler emits and keeps follows in
	 * another commit, wholly or not at all; when the member dies before that, it is lost.
	 * A failed attempt is not repeated: the event goes to the dead letters.
	 *
	 * <p>
	 * Costs a round trip for each event of a lane, and one more for what it emits. A
	 * batch is acknowledged as a whole. Not for processors with timers, which would fire
	 * again.
	 */
	AT_MOST_ONCE,

	/**
	 * What a handler emits is appended first, by itself; the event is acknowledged, with
	 * the state and timers that the handler changed, when that is stored. Nothing is
	 * lost. When the member dies in between, the handler runs again and emits the same
	 * again; also a member that lost its partition without knowing may still emit.
	 *
	 * <p>
	 * For outputs that readers should see without waiting for the commit. Handlers of
	 * batches emit nothing: for them it is as {@link #ATOMIC}.
	 */
	AT_LEAST_ONCE,

	/**
	 * The acknowledgement, what the handler emits, and its state and timers are one
	 * commit, wholly or not at all, and refused when the member does not own the
	 * partition any more. From stream to stream and in stream state an event has one
	 * effect; the handler itself may run more than once.
	 */
	ATOMIC

}
