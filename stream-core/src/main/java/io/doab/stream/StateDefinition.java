package io.doab.stream;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A state of a processor: one value per key.
 *
 * @param timeToLive how long after its last put a value is forgotten, or null for never
 */
public record StateDefinition(String name, Class<?> type, @Nullable Duration timeToLive) {

}
