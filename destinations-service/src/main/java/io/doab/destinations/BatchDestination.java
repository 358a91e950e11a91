package io.doab.destinations;

import java.util.List;

import io.doab.stream.Event;

import tools.jackson.databind.JsonNode;

/**
 * A destination that takes many events at once. A call brings events of one stream and
 * partition, in their order; partitions are delivered side by side.
 */
public non-sealed interface BatchDestination extends Destination {

	/**
	 * Delivers all of these, or none. May block.
	 * @throws Exception when it could not: all are delivered again, and when that does
	 * not help one by one, so that only what is refused goes to the dead letters
	 */
	void deliver(String stream, List<Event<JsonNode>> events) throws Exception;

	/** How many events it likes to be given at once, at most. */
	default int maxBatch() {
		return 500;
	}

}
