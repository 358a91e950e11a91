package io.doab.stream.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.doab.stream.BroadcastDefinition;
import io.doab.stream.spi.LogReader;

/**
 * Runs broadcasts. Safe for use by many threads.
 */
public final class Broadcasts implements AutoCloseable {

	private final LogReader logs;

	private final StreamCatalog catalog;

	private final StoredEvents events;

	private final List<BroadcastRunner> runners = new ArrayList<>();

	Broadcasts(LogReader logs, StreamCatalog catalog, EventCodec codec) {
		this.logs = logs;
		this.catalog = catalog;
		this.events = new StoredEvents(codec);
	}

	/**
	 * Starts broadcasts, each on a thread of its own. Does not wait for the backend.
	 * @throws IllegalArgumentException when two have one name
	 */
	public synchronized void start(List<BroadcastDefinition> definitions) {
		Set<String> names = definitions.stream().map(BroadcastDefinition::name).collect(Collectors.toSet());
		if (names.size() < definitions.size()) {
			throw new IllegalArgumentException(
					"Two broadcasts have one name among " + definitions.stream().map(BroadcastDefinition::name).toList()
							+ ": nobody could tell them apart in health and logs");
		}
		for (BroadcastDefinition definition : definitions) {
			BroadcastRunner runner = new BroadcastRunner(definition, this.logs, this.catalog, this.events);
			this.runners.add(runner);
			runner.start();
		}
	}

	/** How each broadcast is. */
	public synchronized List<BroadcastStatus> statuses() {
		return this.runners.stream().map(BroadcastRunner::status).toList();
	}

	/** Stops all of them, and waits for the handlers that run. */
	@Override
	public void close() {
		List<BroadcastRunner> all;
		synchronized (this) {
			all = List.copyOf(this.runners);
		}
		all.forEach(BroadcastRunner::stop);
		all.forEach(BroadcastRunner::awaitEnd);
	}

}
