package io.doab.destinations;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * The destinations of this application, with what the configuration says of each.
 */
final class RoutingTable {

	private final List<RoutedDestination> destinations;

	/**
	 * Reads the configuration.
	 * @throws IllegalArgumentException when it names a destination that is not there
	 */
	RoutingTable(RoutingProperties properties, Collection<? extends Destination> destinations) {
		Map<String, Destination> byName = new TreeMap<>();
		for (Destination destination : destinations) {
			if (byName.putIfAbsent(destination.name(), destination) != null) {
				throw new IllegalArgumentException("Two destinations are called '" + destination.name() + "'");
			}
		}
		Map<String, Set<String>> streams = new TreeMap<>();
		properties.routes().forEach((stream, names) -> names.forEach((name) -> {
			requireKnown("destinations.routes[" + stream + "]", name, byName.keySet());
			streams.computeIfAbsent(name, (key) -> new TreeSet<>()).add(stream);
		}));
		properties.off().forEach((name) -> requireKnown("destinations.off", name, byName.keySet()));
		this.destinations = byName.values()
			.stream()
			.map((destination) -> routed(destination, streams.getOrDefault(destination.name(), Set.of()),
					properties.off()))
			.toList();
	}

	/** All of them, by name. */
	List<RoutedDestination> destinations() {
		return this.destinations;
	}

	private static RoutedDestination routed(Destination destination, Set<String> streams, Set<String> off) {
		return new RoutedDestination(destination, streams, offBecause(destination, streams, off));
	}

	private static @Nullable String offBecause(Destination destination, Set<String> streams, Set<String> off) {
		if (streams.isEmpty()) {
			return "destinations.routes has no stream for it";
		}
		if (off.contains(destination.name())) {
			return "destinations.off names it";
		}
		return destination.missing().orElse(null);
	}

	private static void requireKnown(String property, String name, Set<String> known) {
		if (!known.contains(name)) {
			throw new IllegalArgumentException(
					property + " names '" + name + "', which is no destination. There are " + known);
		}
	}

}
