package io.doab.stream.spi;

import io.doab.stream.StreamPoint;

/**
 * A section of a partition's log, whichever partition it is.
 *
 * @param backwards whether the newest comes first
 */
public record LogRange(StreamPoint from, StreamPoint to, boolean backwards) {

}
