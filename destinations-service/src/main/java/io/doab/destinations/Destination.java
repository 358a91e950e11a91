package io.doab.destinations;

import java.util.List;

import io.doab.stream.Event;

import tools.jackson.databind.JsonNode;

/**
 * Where results go. A bean of it can be named in the routing table; each is a consumer
 * group of its own, so a slow one keeps no other waiting.
 *
 * <p>
 * An event may be delivered again after a failure: deliver it so that twice is the same
 * as once, by its id. A call brings events of one stream and partition, in their order.
 */
public interface Destination {

	/** What the routing table calls it. */
	String name();

	/**
	 * Delivers all of these, or none.
	 * @throws Exception when it could not: all are delivered again
	 */
	void deliver(String stream, List<Event<JsonNode>> events) throws Exception;

	/**
	 * Whether a failure says that the destination is away: events then wait for it,
	 * however long it takes.
	 */
	boolean isOutage(Exception failure);

	/** How many events it likes to be given at once, at most. */
	default int maxBatch() {
		return 500;
	}

}
