package io.doab.stream.spring;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.engine.QueueStatus;
import io.doab.stream.engine.StreamEngine;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Whether each processor takes part in its group. One that owns no partition is well:
 * others have them; so is one that somebody paused. Nor is one of a queue that holds
 * nothing.
 */
final class ProcessorsHealthIndicator extends AbstractHealthIndicator {

	private final StreamEngine engine;

	private final GroupLags lags;

	ProcessorsHealthIndicator(StreamEngine engine, GroupLags lags) {
		super("The processors could not be asked");
		this.engine = engine;
		this.lags = lags;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		List<ProcessorStatus> statuses = this.engine.statuses();
		List<QueueStatus> queues = this.engine.queueStatuses();
		boolean up = statuses.stream()
			.allMatch((status) -> status.state() == ProcessorStatus.State.RUNNING
					|| status.state() == ProcessorStatus.State.PAUSED)
				&& queues.stream().allMatch((queue) -> queue.state() == ProcessorStatus.State.RUNNING);
		builder.status(up ? "UP" : "DOWN");
		for (ProcessorStatus status : statuses) {
			Map<String, Object> details = new LinkedHashMap<>();
			details.put("state", status.state());
			if (status.reason() != null) {
				details.put("reason", status.reason());
			}
			details.put("partitions", new TreeSet<>(status.partitions()));
			details.put("lag", this.lags.of(status.name()));
			details.put("inFlightEvents", status.inFlightEvents());
			details.put("parkedEvents", status.parkedEvents());
			builder.withDetail(status.name(), details);
		}
		for (QueueStatus queue : queues) {
			builder.withDetail(queue.name(), details(queue));
		}
	}

	private Map<String, Object> details(QueueStatus queue) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("state", queue.state());
		if (queue.reason() != null) {
			details.put("reason", queue.reason());
		}
		details.put("lag", this.lags.of(queue.name()));
		details.put("inFlightEvents", queue.inFlightEvents());
		details.put("droppedEvents", queue.droppedEvents());
		return details;
	}

}
