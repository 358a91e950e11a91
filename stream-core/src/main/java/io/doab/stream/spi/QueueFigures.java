package io.doab.stream.spi;

/**
 * What a member of a queue counts.
 *
 * @param held events that it holds at present
 * @param lostDeliveries deliveries that were taken from it before it settled them:
 * another consumer has or will have those events
 * @param droppedEvents events that the backend dropped though nobody was done with them,
 * as far as it can be known
 */
public record QueueFigures(int held, long lostDeliveries, long droppedEvents) {

}
