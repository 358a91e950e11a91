package io.doab.stream.spi;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A new due time of a timer.
 *
 * @param due null clears it
 */
public record TimerChange(TimerKey timer, @Nullable Instant due) {

}
