package io.doab.stream;

import org.jspecify.annotations.Nullable;

/**
 * Where what is being processed came from.
 *
 * @param stream the input stream, or null for a timer
 * @param partition the partition number
 * @param position the position in it, or null for a timer
 */
public record Origin(@Nullable String stream, int partition, @Nullable Position position) {

}
