package io.doab.webevents.hit;

import io.doab.stream.EventIds;

import org.jspecify.annotations.Nullable;

/**
 * Tells visitors apart without keeping who they are: by the network of the client and by
 * the agent.
 */
final class Visitor {

	private Visitor() {
	}

	static String of(String client, @Nullable String userAgent) {
		return EventIds.derive("visitor", ClientNetwork.of(client), (userAgent != null) ? userAgent : "");
	}

}
