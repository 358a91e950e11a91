package io.doab.stream;

import org.jspecify.annotations.Nullable;

/**
 * Where a published event was stored.
 *
 * @param position null when nobody asked whether it was stored
 * ({@link Acknowledgement#NONE})
 */
public record Published(StreamPartition partition, @Nullable Position position) {

}
