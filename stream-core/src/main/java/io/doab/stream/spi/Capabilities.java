package io.doab.stream.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a backend can and cannot do, for those who must know before they ask.
 *
 * @param maxEventBytes the largest event that it stores, attributes included
 * @param positionsHaveGaps whether positions without an event lie between events, as
 * Kafka's transaction marks do
 * @param suitedInFlight how many events of a partition are to be in flight so that it is
 * kept busy: more take memory, and have to be begun with care after a crash
 * @param guarantees how it keeps each promise
 * @param queues what it can do for queues
 */
public record Capabilities(int maxEventBytes, boolean positionsHaveGaps, int suitedInFlight,
		Map<Guarantee, Support> guarantees, Queues queues) {

	public Capabilities {
		List<Guarantee> missing = new ArrayList<>(List.of(Guarantee.values()));
		missing.removeAll(guarantees.keySet());
		if (!missing.isEmpty()) {
			throw new IllegalArgumentException("Say of " + missing + " how it is kept, or that it is not");
		}
		guarantees = Map.copyOf(guarantees);
	}

	/** Whether a promise is kept. */
	public boolean holds(Guarantee guarantee) {
		return support(guarantee).level() == Support.Level.HELD;
	}

	/** How a promise is kept, or that it is not. */
	public Support support(Guarantee guarantee) {
		Support support = this.guarantees.get(guarantee);
		if (support == null) {
			throw new IllegalStateException(guarantee + " was required of the constructor");
		}
		return support;
	}

	/**
	 * Whether {@link StreamBackend#remove} takes events out of the log itself; if not,
	 * {@link StreamBackend#read} passes over them, and others see them until the log is
	 * cut.
	 */
	public boolean removesEvents() {
		return holds(Guarantee.REMOVAL);
	}

	/**
	 * What a backend can do for queues.
	 *
	 * @param available whether {@link StreamBackend#joinQueue} is there
	 * @param atomic whether what a queue's handler emits can be one commit with its
	 * acknowledgement
	 * @param removesAcknowledged whether acknowledged events can be taken out of the log
	 */
	public record Queues(boolean available, boolean atomic, boolean removesAcknowledged) {

	}

}
