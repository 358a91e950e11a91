package io.doab.destinations;

import java.util.Set;

import io.doab.stream.ProcessorDefinition;
import io.doab.stream.test.ProcessorTestDriver;

/** Runs a destination in a unit test as the service does. */
public final class Deliveries {

	private Deliveries() {
	}

	/**
	 * A driver of the destination's processor, with pauses that are the same each time.
	 */
	public static ProcessorTestDriver to(Destination destination, String... streams) {
		ProcessorDefinition processor = new RoutedDestination(destination, Set.of(streams), null).processors()
			.getFirst();
		return ProcessorTestDriver.of(processor.withRetryPolicy((policy) -> policy.withJitter(0))).build();
	}

}
