package io.doab.stream.engine;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.doab.stream.StreamDefinition;
import io.doab.stream.spi.StreamBackend;

/**
 * The definitions of all streams that this application touches, and which of them the
 * backend has confirmed.
 */
public final class StreamCatalog {

	private final StreamBackend backend;

	private final StreamDefinition defaults;

	private final Map<String, StreamDefinition> definitions;

	private final Set<String> declared = ConcurrentHashMap.newKeySet();

	/**
	 * Creates a catalog.
	 * @param definitions streams that differ from the defaults
	 * @param defaults partitions, retention and replicas of all others; its name does not
	 * matter
	 */
	public StreamCatalog(StreamBackend backend, Collection<StreamDefinition> definitions, StreamDefinition defaults) {
		this.backend = backend;
		this.defaults = defaults;
		this.definitions = definitions.stream()
			.collect(Collectors.toMap(StreamDefinition::name, (definition) -> definition, (one, other) -> {
				throw new IllegalArgumentException("Stream '" + one.name() + "' is defined twice");
			}, ConcurrentHashMap::new));
	}

	/** The definition of a stream; a dead-letter stream follows its origin. */
	public StreamDefinition definition(String stream) {
		StreamDefinition known = this.definitions.get(stream);
		if (known == null) {
			known = StreamDefinition.originOf(stream)
				.map((origin) -> definition(origin).deadLetter())
				.orElseGet(() -> derive(stream));
			this.definitions.put(stream, known);
		}
		return known;
	}

	/** The definition of a stream that this application has touched. */
	Optional<StreamDefinition> known(String stream) {
		return Optional.ofNullable(this.definitions.get(stream));
	}

	/** Creates and checks streams at the backend, once each. Blocks. */
	public void declare(Collection<String> streams) {
		Set<String> missing = streams.stream()
			.filter((stream) -> !this.declared.contains(stream))
			.collect(Collectors.toSet());
		if (!missing.isEmpty()) {
			this.backend.declare(missing.stream().map(this::definition).toList());
			this.declared.addAll(missing);
		}
	}

	private StreamDefinition derive(String stream) {
		return new StreamDefinition(stream, this.defaults.partitions(), this.defaults.retention(),
				this.defaults.replicas());
	}

}
