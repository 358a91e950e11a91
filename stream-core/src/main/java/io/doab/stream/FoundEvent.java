package io.doab.stream;

import org.jspecify.annotations.Nullable;

/**
 * An event where it stands.
 *
 * @param event with its payload as bytes
 * @param defect why no processor can take it, or null
 */
public record FoundEvent(StreamPartition partition, Position position, Event<byte[]> event, @Nullable String defect) {

}
