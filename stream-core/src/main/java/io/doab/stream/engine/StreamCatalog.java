package io.doab.stream.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.doab.stream.StreamDefinition;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.spi.StreamBackend;

/**
 * The definitions of all streams that this application touches, and which of them the
 * backend has confirmed.
 */
public final class StreamCatalog {

	private static final Duration CONFIRM_INTERVAL = Duration.ofSeconds(10);

	private final StreamBackend backend;

	private final StreamDefinition defaults;

	private final Map<String, StreamDefinition> definitions;

	/** The streams of which the application itself says how they are. */
	private final Set<String> configured;

	/** When the backend confirmed a stream last. */
	private final Map<String, Long> declared = new ConcurrentHashMap<>();

	private final Set<String> confirming = ConcurrentHashMap.newKeySet();

	private final long confirmNanos;

	/**
	 * Creates a catalog.
	 * @param definitions streams that differ from the defaults
	 * @param defaults partitions, retention and replicas of all others; its name does not
	 * matter
	 */
	public StreamCatalog(StreamBackend backend, Collection<StreamDefinition> definitions, StreamDefinition defaults) {
		this(backend, definitions, defaults, CONFIRM_INTERVAL);
	}

	/**
	 * Creates a catalog.
	 * @param confirmInterval how often it is looked whether a stream that is published to
	 * is still as it was declared
	 */
	public StreamCatalog(StreamBackend backend, Collection<StreamDefinition> definitions, StreamDefinition defaults,
			Duration confirmInterval) {
		this.confirmNanos = confirmInterval.toNanos();
		this.backend = backend;
		this.defaults = defaults;
		this.definitions = definitions.stream()
			.collect(Collectors.toMap(StreamDefinition::name, (definition) -> definition, (one, other) -> {
				throw new IllegalArgumentException("Stream '" + one.name() + "' is defined twice");
			}, ConcurrentHashMap::new));
		delayed().forEach((stream) -> this.definitions.putIfAbsent(StreamDefinition.delayedOf(stream.name()),
				stream.delayedEvents()));
		this.configured = Set.copyOf(this.definitions.keySet());
	}

	/** The streams to which events may be published for later. */
	List<StreamDefinition> delayed() {
		return this.definitions.values().stream().filter(StreamDefinition::delayed).toList();
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

	/**
	 * Creates a stream unless it is there. This application takes it as it is made, from
	 * then on, unless the application itself says how it is. Blocks.
	 * @throws IllegalArgumentException when it is to take events for later, and nothing
	 * of this application would move them
	 */
	void create(StreamDefinition stream) {
		boolean known = this.configured.contains(stream.name());
		if (stream.delayed() && !known) {
			throw new IllegalArgumentException("Stream '" + stream.name() + "' is to take events for later, and nobody"
					+ " would move them: set doab.streams[" + stream.name() + "].delayed=true");
		}
		this.backend.declare(List.of(stream));
		if (!known) {
			this.definitions.put(stream.name(), stream);
			this.definitions.remove(StreamDefinition.deadLetterOf(stream.name()));
			this.declared.put(stream.name(), System.nanoTime());
		}
	}

	/** What somebody reads and writes, the dead letters of what is read included. */
	static List<String> streamsOf(Collection<String> inputs, Collection<String> outputs) {
		return Stream.of(inputs.stream(), outputs.stream(), inputs.stream().map(StreamDefinition::deadLetterOf))
			.flatMap((streams) -> streams)
			.toList();
	}

	/**
	 * Creates and checks streams at the backend, once each, and looks now and then
	 * whether they still are as they were. Blocks when one is new.
	 */
	public void declare(Collection<String> streams) {
		if (!this.declared.keySet().containsAll(streams)) {
			Set<String> missing = streams.stream()
				.filter((stream) -> !this.declared.containsKey(stream))
				.collect(Collectors.toSet());
			this.backend.declare(missing.stream().map(this::definition).toList());
			missing.forEach((stream) -> this.declared.put(stream, System.nanoTime()));
		}
		confirm(streams);
	}

	/**
	 * Looks now and then, beside what goes on, whether streams still have the partitions
	 * that they had: who did not notice that they were raised would publish keys to where
	 * they do not belong any more. What is not as it was is declared anew by the next who
	 * needs it, and that says what is wrong.
	 */
	private void confirm(Collection<String> streams) {
		List<String> due = new ArrayList<>(0);
		for (String stream : streams) {
			Long confirmed = this.declared.get(stream);
			if (confirmed != null && System.nanoTime() - confirmed >= this.confirmNanos
					&& this.confirming.add(stream)) {
				due.add(stream);
			}
		}
		if (!due.isEmpty()) {
			Thread.ofVirtual().name("doab-confirm").start(() -> confirmNow(due));
		}
	}

	private void confirmNow(List<String> streams) {
		try {
			this.backend.declare(streams.stream().map(this::definition).toList());
			streams.forEach((stream) -> this.declared.put(stream, System.nanoTime()));
		}
		catch (FatalStreamException ex) {
			streams.forEach(this.declared::remove);
		}
		catch (RuntimeException ex) {
			// The backend is away. Nothing is published to it then, either.
			streams.forEach((stream) -> this.declared.put(stream, System.nanoTime()));
		}
		finally {
			streams.forEach(this.confirming::remove);
		}
	}

	private StreamDefinition derive(String stream) {
		return new StreamDefinition(stream, this.defaults.partitions(), this.defaults.retention(),
				this.defaults.replicas(), this.defaults.limits(), false);
	}

}
