package io.doab.destinations;

import java.util.List;
import java.util.Optional;

import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryPolicy;
import io.doab.stream.error.InvalidEventException;

/**
 * Where results go. A bean of one of the two kinds can be named in the routing table. It
 * is a consumer group of its own, {@code destination-} and its name: it has its own
 * position, retries and dead letters, and a slow one keeps no other waiting.
 *
 * <p>
 * An event may be delivered again after a failure: deliver it so that twice is the same
 * as once, by its id.
 *
 * <p>
 * A failure is answered by its kind. An {@link InvalidEventException} goes to the dead
 * letters at once. While {@link #isOutage} says so the event waits, without an end. All
 * else is tried again by {@link #retries} and then goes to the dead letters.
 */
public sealed interface Destination permits BatchDestination, EventDestination {

	/** What the routing table calls it: letters, digits and dashes. */
	String name();

	/**
	 * Whether a failure says that the destination is away: events then wait for it,
	 * however long it takes. What may be a single event's fault is none.
	 */
	boolean isOutage(Exception failure);

	/**
	 * What is tried again, and how often, of what fails although the destination is
	 * there. {@code doab.processors[destination-<name>].retry} changes it.
	 */
	default RetryPolicy retries() {
		return Routing.RETRIES;
	}

	/**
	 * What it cannot do without and does not have, such as an address. It is off then,
	 * and health and log say why.
	 * @return one sentence that names the property, or empty when it can run
	 */
	default Optional<String> missing() {
		return Optional.empty();
	}

	/**
	 * Adds to its processor what it needs beside its inputs: state, timers, outputs,
	 * another concurrency. Called once, before the processor starts.
	 */
	default void configure(ProcessorDefinition.Builder processor) {
	}

	/**
	 * Processors that do a part of its work, over streams of its own. They run when it
	 * does.
	 */
	default List<ProcessorDefinition> furtherProcessors() {
		return List.of();
	}

}
