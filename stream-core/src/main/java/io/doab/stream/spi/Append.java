package io.doab.stream.spi;

import io.doab.stream.StreamPartition;

/**
 * One event for one partition.
 */
public record Append(StreamPartition target, WireEvent event) {

}
