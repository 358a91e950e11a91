package io.doab.destinations;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Which destinations run, over which streams, and why others do not. One that is off is
 * no illness; whether those that run are well, {@code processors} says.
 */
final class DestinationsHealthIndicator extends AbstractHealthIndicator {

	private final RoutingTable table;

	DestinationsHealthIndicator(RoutingTable table) {
		super("The destinations could not be asked");
		this.table = table;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up();
		for (RoutedDestination destination : this.table.destinations()) {
			Map<String, Object> details = new LinkedHashMap<>();
			details.put("on", destination.isOn());
			if (destination.offBecause() != null) {
				details.put("reason", destination.offBecause());
			}
			details.put("streams", destination.streams());
			builder.withDetail(destination.name(), details);
		}
	}

}
