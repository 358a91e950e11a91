package io.doab.destinations.webhook;

import java.util.List;
import java.util.Optional;

import io.doab.destinations.BatchDestination;
import io.doab.stream.Event;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.jdbc.JdbcOutages;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

import tools.jackson.databind.JsonNode;

/**
 * Other web services. Its group ends with the deliveries being stored in the database;
 * from there they are made per subscription, so that no endpoint keeps an event or
 * another endpoint waiting.
 */
@Component
final class WebhookDestination implements BatchDestination {

	private final @Nullable WebhookFanOut fanOut;

	WebhookDestination(ObjectProvider<WebhookFanOut> fanOut) {
		this.fanOut = fanOut.getIfAvailable();
	}

	@Override
	public String name() {
		return "webhooks";
	}

	@Override
	public Optional<String> missing() {
		return (this.fanOut != null) ? Optional.empty() : Optional.of(WebhookProperties.PREFIX
				+ ".key is not set: give the environment variable DOAB_WEBHOOK_KEY a random text of 16 characters or more");
	}

	@Override
	public void configure(ProcessorDefinition.Builder processor) {
		required().start();
	}

	@Override
	public void deliver(String stream, List<Event<JsonNode>> events) {
		required().accept(events);
	}

	@Override
	public boolean isOutage(Exception failure) {
		return JdbcOutages.isOutage(failure);
	}

	private WebhookFanOut required() {
		if (this.fanOut == null) {
			throw new IllegalStateException(missing().orElseThrow());
		}
		return this.fanOut;
	}

}
