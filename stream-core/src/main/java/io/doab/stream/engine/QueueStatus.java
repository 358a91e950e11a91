package io.doab.stream.engine;

import org.jspecify.annotations.Nullable;

/**
 * How a queue's consumer in this process is.
 *
 * @param reason why it is not running, or null
 * @param inFlightEvents events that it holds
 * @param redeliveries events that came to it for another than the first time, since it
 * was started
 * @param released events that it gave back to be delivered again
 * @param lostDeliveries deliveries that were taken from it before it was done with them
 * @param droppedEvents events that the backend dropped though nobody was done with them,
 * as far as it can be known
 */
public record QueueStatus(String name, ProcessorStatus.State state, @Nullable String reason, int inFlightEvents,
		long redeliveries, long released, long lostDeliveries, long droppedEvents) {

}
