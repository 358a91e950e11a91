package io.doab.stream.spi;

import io.doab.stream.Position;

import org.jspecify.annotations.Nullable;

/**
 * An event as it was read.
 *
 * @param event what was stored
 * @param defect why it cannot be taken as an event (a key that is no text, say), or null
 * when it can
 */
public record StreamRecord(Position position, WireEvent event, @Nullable String defect) {

}
