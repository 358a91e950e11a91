package io.doab.destinations;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.doab.stream.FailureHandler;
import io.doab.stream.Ordering;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.RetryPolicy;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import tools.jackson.databind.JsonNode;

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
	private static final RetryPolicy RETRIES = new RetryPolicy(5, Duration.ofMillis(200), 2, Duration.ofSeconds(10),
			0.2);

	@Bean
	List<ProcessorDefinition> destinationProcessors(RoutingProperties routing, List<Destination> destinations) {
		Map<String, Destination> byName = destinations.stream()
			.collect(Collectors.toMap(Destination::name, (destination) -> destination));
		Map<Destination, Set<String>> streams = new LinkedHashMap<>();
		routing.routes().forEach((stream, names) -> names.forEach((name) -> {
			Destination destination = byName.get(name);
			if (destination == null) {
				throw new IllegalArgumentException("destinations.routes[" + stream + "] names '" + name
						+ "', which is no destination. There are " + new TreeSet<>(byName.keySet()));
			}
			streams.computeIfAbsent(destination, (key) -> new TreeSet<>()).add(stream);
		}));
		List<ProcessorDefinition> processors = new ArrayList<>();
		streams.forEach((destination, of) -> processors.add(processor(destination, of)));
		return processors;
	}

	private static ProcessorDefinition processor(Destination destination, Set<String> streams) {
		ProcessorDefinition.Builder builder = ProcessorDefinition.named("destination-" + destination.name())
			.ordering(Ordering.PARTITION)
			.onFailure(FailureHandler.retrying(RETRIES, destination::isOutage));
		streams.forEach((stream) -> builder.onBatch(stream, JsonNode.class, destination.maxBatch(),
				(events) -> destination.deliver(stream, events)));
		return builder.build();
	}

}
