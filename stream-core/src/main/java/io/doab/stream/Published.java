package io.doab.stream;

/**
 * Where a published event was stored.
 */
public record Published(StreamPartition partition, Position position) {

}
