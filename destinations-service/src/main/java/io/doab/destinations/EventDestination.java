package io.doab.destinations;

import io.doab.stream.Event;
import io.doab.stream.ProcessingContext;

import tools.jackson.databind.JsonNode;

/**
 * A destination that takes events one by one: those of a key in their order, those of
 * other keys at the same time. A failed event keeps those of its key waiting and no
 * other.
 */
public non-sealed interface EventDestination extends Destination {

	/**
	 * Delivers an event. May block: then others run beside it. What it does by the
	 * context is one commit with the acknowledgement.
	 * @param context also says which stream the event came from
	 * @throws Exception when it could not: the event is delivered again
	 */
	void deliver(Event<JsonNode> event, ProcessingContext context) throws Exception;

}
