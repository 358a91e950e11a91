package io.doab.stream.spi;

/**
 * What a backend can and cannot do, for those who must know before they ask.
 *
 * @param maxEventBytes the largest event that it stores, attributes included
 * @param positionsHaveGaps whether positions without an event lie between events, as
 * Kafka's transaction marks do
 * @param removesEvents whether {@link StreamBackend#remove} takes events out of the log
 * itself; if not, {@link StreamBackend#read} passes over them, and others see them until
 * the log is cut
 * @param queues what it can do for queues
 */
public record Capabilities(int maxEventBytes, boolean positionsHaveGaps, boolean removesEvents, Queues queues) {

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
