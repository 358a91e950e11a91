package io.doab.stream.spring;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.doab.stream.engine.BroadcastStatus;
import io.doab.stream.engine.Broadcasts;
import io.doab.stream.engine.ProcessorStatus;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Whether each broadcast follows its streams. That events were left out is said, and does
 * not make an instance unfit.
 */
final class BroadcastsHealthIndicator extends AbstractHealthIndicator {

	private final Broadcasts broadcasts;

	BroadcastsHealthIndicator(Broadcasts broadcasts) {
		super("The broadcasts could not be asked");
		this.broadcasts = broadcasts;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		List<BroadcastStatus> statuses = this.broadcasts.statuses();
		boolean up = statuses.stream().allMatch((status) -> status.state() == ProcessorStatus.State.RUNNING);
		builder.status(up ? "UP" : "DOWN");
		for (BroadcastStatus status : statuses) {
			Map<String, Object> details = new LinkedHashMap<>();
			details.put("state", status.state());
			if (status.reason() != null) {
				details.put("reason", status.reason());
			}
			details.put("handledEvents", status.handledEvents());
			details.put("skippedEvents", status.skippedEvents());
			builder.withDetail(status.name(), details);
		}
	}

}
