package io.doab.stream.spi;

/**
 * What a backend can and cannot do, for those who must know before they ask.
 *
 * @param maxEventBytes the largest event that it stores, attributes included
 * @param positionsHaveGaps whether positions without an event lie between events, as
 * Kafka's transaction marks do
 */
public record Capabilities(int maxEventBytes, boolean positionsHaveGaps) {

}
