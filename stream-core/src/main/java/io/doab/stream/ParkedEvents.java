package io.doab.stream;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Events of a group's partition that wait in its store for their next attempt, or behind
 * one that does.
 *
 * @param failedSince when the first of them failed first
 * @param nextAttempt when the next of them is tried again
 */
public record ParkedEvents(int partition, int events, @Nullable Instant failedSince, @Nullable Instant nextAttempt) {

}
