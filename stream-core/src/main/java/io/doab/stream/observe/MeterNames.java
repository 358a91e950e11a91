package io.doab.stream.observe;

/**
 * The names of all meters. Each has the tag {@value #PROCESSOR}.
 */
public final class MeterNames {

	/** Timer: handler calls that returned. */
	public static final String HANDLED = "doab.handler";

	/** Counter: handler calls that threw. */
	public static final String FAILED = "doab.handler.failures";

	/** Counter: events moved to the dead letters. */
	public static final String DEAD_LETTERS = "doab.dead.letters";

	/** Counter: events that came again and were dropped. */
	public static final String DUPLICATES = "doab.duplicates";

	/** Timer: commits, from their being sent to their being applied. */
	public static final String COMMITS = "doab.commits";

	/** Counter: events acknowledged by commits. */
	public static final String COMMITTED_EVENTS = "doab.committed.events";

	/** Counter: partitions lost with work in flight. */
	public static final String LOST_PARTITIONS = "doab.partitions.lost";

	/** Gauge: partitions owned. */
	public static final String OWNED_PARTITIONS = "doab.partitions.owned";

	/** Gauge: events fetched and not committed. */
	public static final String IN_FLIGHT = "doab.events.in.flight";

	/**
	 * Gauge: events of the partitions owned that wait in the store for their next
	 * attempt.
	 */
	public static final String PARKED = "doab.events.parked";

	/**
	 * Gauge: events of an input that the group has not done, over all its members. Each
	 * application that runs a member says the same: take the largest, not the sum.
	 */
	public static final String LAG = "doab.lag";

	/**
	 * Gauge: events of an input that were removed before the group had done them, over
	 * all its members. Each application says the same: take the largest, not the sum.
	 */
	public static final String LOST_EVENTS = "doab.events.lost";

	/** Gauge: 1 while the processor takes part in its group, else 0. */
	public static final String RUNNING = "doab.processor.running";

	/** Gauge: events of a queue that came to it for another than the first time. */
	public static final String REDELIVERIES = "doab.queue.redeliveries";

	/** Gauge: events that a queue's consumer gave back to be delivered again. */
	public static final String RELEASED = "doab.queue.released";

	/** Gauge: deliveries that were taken from a queue's consumer. */
	public static final String LOST_DELIVERIES = "doab.queue.deliveries.lost";

	/**
	 * Gauge: events of a queue that the backend dropped though nobody was done with them.
	 */
	public static final String DROPPED = "doab.queue.dropped";

	/** Tag of {@link #LAG} and {@link #LOST_EVENTS}: the input. */
	public static final String STREAM = "stream";

	/** Tag: the name of the processor or queue. */
	public static final String PROCESSOR = "processor";

	private MeterNames() {
	}

}
