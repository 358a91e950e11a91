package io.doab.destinations;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.doab.stream.FailureHandler;
import io.doab.stream.Ordering;
import io.doab.stream.ProcessorDefinition;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * A destination and what the routing table gives it.
 *
 * @param streams the streams that are routed to it, none when it is not in the table
 * @param offBecause why it does not run, or null when it runs
 */
record RoutedDestination(Destination destination, Set<String> streams, @Nullable String offBecause) {

	String name() {
		return this.destination.name();
	}

	boolean isOn() {
		return this.offBecause == null;
	}

	/** The processors of a destination that runs. */
	List<ProcessorDefinition> processors() {
		ProcessorDefinition.Builder builder = ProcessorDefinition.named("destination-" + name())
			.onFailure(FailureHandler.retrying(this.destination.retries(), this.destination::isOutage));
		switch (this.destination) {
			case BatchDestination batches -> {
				builder.ordering(Ordering.PARTITION);
				this.streams.forEach((stream) -> builder.onBatch(stream, JsonNode.class, batches.maxBatch(),
						(events) -> batches.deliver(stream, events)));
			}
			case EventDestination events -> {
				builder.ordering(Ordering.KEY);
				this.streams.forEach((stream) -> builder.on(stream, JsonNode.class, events::deliver));
			}
		}
		this.destination.configure(builder);
		List<ProcessorDefinition> processors = new ArrayList<>(List.of(builder.build()));
		processors.addAll(this.destination.furtherProcessors());
		return processors;
	}

}
