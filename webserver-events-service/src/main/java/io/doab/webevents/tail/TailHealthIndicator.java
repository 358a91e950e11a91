package io.doab.webevents.tail;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Whether the logs are read. One that is not there yet, that another process reads, or
 * that waits for the backend is as it should be; one that cannot be read is not.
 */
final class TailHealthIndicator extends AbstractHealthIndicator {

	private final Tails tails;

	TailHealthIndicator(Tails tails) {
		super("The tails could not be asked");
		this.tails = tails;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up();
		for (TailProgress tail : this.tails.progress()) {
			TailStatus status = tail.status();
			if (status.state() == TailStatus.State.FAILED) {
				builder.down();
			}
			Map<String, Object> details = new LinkedHashMap<>();
			details.put("state", status.state());
			if (status.reason() != null) {
				details.put("reason", status.reason());
			}
			details.put("lines", tail.lines());
			details.put("malformed", tail.malformed());
			details.put("lagBytes", tail.lagBytes());
			builder.withDetail(tail.log(), details);
		}
	}

}
