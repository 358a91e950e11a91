package io.doab.local;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The arguments of {@code ./run}.
 *
 * @param instances how many of each service run, 0 for none; one of those that are absent
 * @param data where the servers keep their data, or empty for a folder that is removed in
 * the end
 */
public record LocalOptions(Backend backend, boolean demo, Map<ServiceName, Integer> instances, Optional<Path> data) {

	static final String USAGE = "./run [--backend=redis|kafka] [--no-demo] [--instances=payment-service=2,...] "
			+ "[--data=DIR] [--skip-build]";

	private static final int MAX_INSTANCES = 9;

	/** One of each, without sample traffic, and without the console: nobody looks. */
	public static LocalOptions of(Backend backend) {
		return new LocalOptions(backend, false, Map.of(ServiceName.CONSOLE, 0), Optional.empty());
	}

	/** How many instances of a service run. */
	int instances(ServiceName service) {
		return this.instances.getOrDefault(service, 1);
	}

	/**
	 * Reads arguments.
	 * @throws UsageException when one is unknown or wrong
	 */
	static LocalOptions parse(List<String> arguments) {
		Backend backend = Backend.REDIS;
		boolean demo = true;
		Map<ServiceName, Integer> instances = new EnumMap<>(ServiceName.class);
		Optional<Path> data = Optional.empty();
		for (String argument : arguments) {
			String[] parts = argument.split("=", 2);
			String value = (parts.length > 1) ? parts[1] : "";
			switch (parts[0]) {
				case "--backend" -> backend = backend(value);
				case "--no-demo" -> demo = false;
				case "--instances" -> instances.putAll(instances(value));
				case "--data" -> data = Optional.of(folder(value));
				default -> throw new UsageException("Unknown argument '" + argument + "'. Usage: " + USAGE);
			}
		}
		return new LocalOptions(backend, demo, Map.copyOf(instances), data);
	}

	private static Backend backend(String value) {
		return Arrays.stream(Backend.values())
			.filter((backend) -> backend.label().equals(value.toLowerCase(Locale.ROOT)))
			.findFirst()
			.orElseThrow(
					() -> new UsageException("Unknown backend '" + value + "': --backend=redis or --backend=kafka"));
	}

	private static Path folder(String value) {
		if (value.isBlank()) {
			throw new UsageException("--data needs a folder: --data=DIR");
		}
		return Path.of(value).toAbsolutePath().normalize();
	}

	private static Map<ServiceName, Integer> instances(String value) {
		Map<ServiceName, Integer> instances = new EnumMap<>(ServiceName.class);
		for (String item : value.split(",", -1)) {
			String[] parts = item.split("=", 2);
			ServiceName service = ServiceName.ofStreams(parts[0])
				.orElseThrow(() -> new UsageException("Unknown service '" + parts[0] + "' in --instances. There are "
						+ ServiceName.ofStreams().stream().map(ServiceName::label).collect(Collectors.joining(", "))));
			instances.put(service, count(service, (parts.length > 1) ? parts[1] : ""));
		}
		return instances;
	}

	private static int count(ServiceName service, String text) {
		try {
			int count = Integer.parseInt(text);
			if (count >= 1 && count <= MAX_INSTANCES) {
				return count;
			}
		}
		catch (NumberFormatException ex) {
			// Told below, with what is expected.
		}
		throw new UsageException(
				"--instances=" + service.label() + "=" + text + ": expected a number from 1 to " + MAX_INSTANCES);
	}

}
