package io.doab.stream.spi;

import org.jspecify.annotations.Nullable;

/**
 * A new value of a state entry.
 *
 * @param value null removes it
 */
public record StateChange(StateKey key, byte @Nullable [] value) {

}
