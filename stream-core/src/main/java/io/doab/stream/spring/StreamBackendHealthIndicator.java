package io.doab.stream.spring;

import io.doab.stream.spi.BackendStatus;
import io.doab.stream.spi.StreamBackend;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Whether the backend answers, and what it warns of.
 */
final class StreamBackendHealthIndicator extends AbstractHealthIndicator {

	private final StreamBackend backend;

	StreamBackendHealthIndicator(StreamBackend backend) {
		super("The stream backend could not be asked");
		this.backend = backend;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		BackendStatus status = this.backend.status();
		builder.status(status.up() ? "UP" : "DOWN").withDetail("backend", this.backend.name());
		status.details().forEach(builder::withDetail);
		if (!status.warnings().isEmpty()) {
			builder.withDetail("warnings", status.warnings());
		}
	}

}
