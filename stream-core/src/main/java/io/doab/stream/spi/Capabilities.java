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
 */
public record Capabilities(int maxEventBytes, boolean positionsHaveGaps, boolean removesEvents) {

}
