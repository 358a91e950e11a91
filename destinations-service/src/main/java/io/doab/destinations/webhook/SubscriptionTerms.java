package io.doab.destinations.webhook;

import java.net.URI;
import java.util.List;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * What a subscriber asked for.
 *
 * @param filter conditions that all have to hold
 * @param ordered whether deliveries of one key wait for each other
 */
record SubscriptionTerms(URI url, @Nullable String description, List<EventTypePattern> eventTypes,
		List<DataCondition> filter, boolean ordered) {

	SubscriptionTerms {
		eventTypes = List.copyOf(eventTypes);
		filter = List.copyOf(filter);
	}

	boolean matches(String type, JsonNode data) {
		return this.eventTypes.stream().anyMatch((pattern) -> pattern.matches(type))
				&& this.filter.stream().allMatch((condition) -> condition.matches(data));
	}

	/** The URL as a log may have it: what follows the host may be a secret. */
	String loggedUrl() {
		return this.url.getScheme() + "://" + this.url.getRawAuthority();
	}

}
