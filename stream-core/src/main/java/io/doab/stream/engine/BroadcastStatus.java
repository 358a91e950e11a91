package io.doab.stream.engine;

import org.jspecify.annotations.Nullable;

/**
 * How a broadcast is in this instance.
 *
 * @param reason why it is not running, or null
 * @param handledEvents events that its handlers took, since it was started
 * @param skippedEvents events that were left out, for they could not be decoded or their
 * handler failed for good
 */
public record BroadcastStatus(String name, ProcessorStatus.State state, @Nullable String reason, long handledEvents,
		long skippedEvents) {

}
