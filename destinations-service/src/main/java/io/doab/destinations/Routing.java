package io.doab.destinations;

import java.time.Duration;
import java.util.List;

import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryPolicy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes a processor of each destination that the routing table names, over the streams
 * that are routed to it.
 */
@Configuration(proxyBeanMethods = false)
class Routing {

	/**
	 * For what fails although the destination is there: a few attempts, and then the dead
	 * letters.
	 */
	static final RetryPolicy RETRIES = new RetryPolicy(5, Duration.ofMillis(200), 2, Duration.ofSeconds(10), 0.2);

	private static final Logger logger = LoggerFactory.getLogger(Routing.class);

	@Bean
	RoutingTable routingTable(RoutingProperties properties, List<Destination> destinations) {
		return new RoutingTable(properties, destinations);
	}

	@Bean
	List<ProcessorDefinition> destinationProcessors(RoutingTable table) {
		table.destinations()
			.stream()
			.filter((destination) -> !destination.isOn())
			.forEach((destination) -> logger.warn("Destination '{}' is off: {}", destination.name(),
					destination.offBecause()));
		return table.destinations()
			.stream()
			.filter(RoutedDestination::isOn)
			.flatMap((destination) -> destination.processors().stream())
			.toList();
	}

	@Bean
	HealthIndicator destinationsHealthIndicator(RoutingTable table) {
		return new DestinationsHealthIndicator(table);
	}

}
