package io.doab.stream;

import java.time.Instant;

import io.doab.stream.error.InvalidEventException;

/**
 * What a handler does to streams, state and timers. All of it, and the acknowledgement of
 * the event, happens in one atomic commit or not at all; a later event of the same key
 * sees it at once. Valid until the handler returns, for the thread that runs it.
 */
public interface ProcessingContext {

	/**
	 * Appends an event to a stream. An event's own id is kept: derive it from the
	 * input's, so that the same input never gives two ids.
	 * @throws InvalidEventException when the event is larger than the backend can store
	 */
	void emit(String stream, Event<?> event);

	/**
	 * Appends an event that follows from the one being processed: of the same key and
	 * trace, with an id derived from its id, the stream, the type and how many such
	 * events were emitted before.
	 */
	void emit(String stream, String type, Object data);

	/**
	 * The state of the event's key.
	 * @param name a state that the processor declared
	 * @throws IllegalArgumentException when it is not declared with that type
	 * @throws IllegalStateException when the event has no key
	 */
	<S> KeyedState<S> state(String name, Class<S> type);

	/**
	 * Sets the timer of that name for the event's key; it comes back to the processor's
	 * {@link TimerProcessor}. Replaces an earlier one.
	 * @throws IllegalArgumentException when the processor has no such timer
	 */
	void schedule(String timer, Instant due);

	/** Clears the timer of that name for the event's key, if it is set. */
	void cancel(String timer);

	/** What time it is by the engine's clock; in a test, by that of the test. */
	Instant now();

	/**
	 * The event being processed, to be put into state and {@linkplain #resume resumed}
	 * later.
	 * @throws IllegalStateException when it is a timer
	 */
	HeldEvent hold();

	/**
	 * Handles an event of this key that was held, under the promises of one that comes
	 * from its stream: what is emitted follows from it, whatever it waited for. What the
	 * handler does is part of this commit.
	 *
	 * <p>
	 * Let what the handler throws pass. It is answered as a failure of the held event;
	 * when that is to be dead-lettered, the event being processed runs anew, and this
	 * method puts the held one to the dead letters instead of handling it. So an event
	 * that waited costs itself and never what it waited for.
	 * @return false when it went to the dead letters
	 * @throws IllegalArgumentException when it is of another key
	 */
	<T> boolean resume(HeldEvent held, Class<T> type, EventProcessor<T> handler);

	/**
	 * 1 for the first attempt. Counts what this member tried: after a take-over it starts
	 * again.
	 */
	int attempt();

	/**
	 * The stream, partition and position of the event; for a timer the partition alone.
	 */
	Origin origin();

}
