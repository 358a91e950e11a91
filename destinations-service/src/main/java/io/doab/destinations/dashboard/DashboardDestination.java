package io.doab.destinations.dashboard;

import java.time.Clock;
import java.time.Instant;
import java.util.List;

import io.doab.destinations.BatchDestination;
import io.doab.stream.Event;
import io.doab.stream.jdbc.JdbcOutages;

import tools.jackson.databind.JsonNode;

/**
 * Writes what happens to the read model. An event that comes again is not counted again;
 * one that is older than what is kept is not counted at all.
 */
final class DashboardDestination implements BatchDestination {

	private static final int MAX_BATCH = 1_000;

	private final ReadModel model;

	private final DashboardProperties properties;

	private final Clock clock;

	DashboardDestination(ReadModel model, DashboardProperties properties, Clock clock) {
		this.model = model;
		this.properties = properties;
		this.clock = clock;
	}

	@Override
	public String name() {
		return "dashboard";
	}

	@Override
	public void deliver(String stream, List<Event<JsonNode>> events) {
		Instant now = this.clock.instant();
		this.model.add(events.stream()
			.map((event) -> StepReader.read(stream, event))
			.filter((step) -> step.occurredAt().isAfter(now.minus(this.properties.keep(step.isOfOrder()))))
			.toList());
	}

	@Override
	public boolean isOutage(Exception failure) {
		return JdbcOutages.isOutage(failure);
	}

	@Override
	public int maxBatch() {
		return MAX_BATCH;
	}

}
