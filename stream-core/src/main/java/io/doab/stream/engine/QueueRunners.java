package io.doab.stream.engine;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

import io.doab.stream.Delivery;
import io.doab.stream.QueueDefinition;
import io.doab.stream.spi.Capabilities;
import io.doab.stream.spi.StreamBackend;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumers of queues of an engine.
 */
final class QueueRunners {

	private static final Logger logger = LoggerFactory.getLogger(QueueRunners.class);

	private final StreamBackend backend;

	private final StreamCatalog catalog;

	private final Function<QueueDefinition, QueueRuntime> runtimes;

	private final List<QueueRunner> runners = new CopyOnWriteArrayList<>();

	QueueRunners(StreamBackend backend, StreamCatalog catalog, Function<QueueDefinition, QueueRuntime> runtimes) {
		this.backend = backend;
		this.catalog = catalog;
		this.runtimes = runtimes;
	}

	/**
	 * Starts them, when all of them can be.
	 * @param processors the names that are taken: the servers know groups by name
	 */
	void start(List<QueueDefinition> definitions, Collection<String> processors) {
		Set<String> taken = new HashSet<>(processors);
		statuses().forEach((status) -> taken.add(status.name()));
		for (QueueDefinition definition : definitions) {
			if (!taken.add(definition.name())) {
				throw new IllegalArgumentException("Queue '" + definition.name()
						+ "' has the name of another queue or of a processor: a group has one definition");
			}
			requireAble(definition);
		}
		for (QueueDefinition definition : definitions) {
			QueueRunner runner = new QueueRunner(this.backend, this.catalog, this.runtimes.apply(definition));
			this.runners.add(runner);
			runner.start();
		}
	}

	private void requireAble(QueueDefinition definition) {
		Capabilities.Queues able = this.backend.capabilities().queues();
		if (!able.available()) {
			throw new IllegalArgumentException(
					"Queue '" + definition.name() + "' needs queues, which " + this.backend.name() + " does not have");
		}
		if (definition.settings().delivery() == Delivery.ATOMIC && !able.atomic()) {
			throw new IllegalArgumentException("Queue '" + definition.name() + "' has delivery ATOMIC, and "
					+ this.backend.name() + " has no atomic commit for queues: set AT_LEAST_ONCE or AT_MOST_ONCE,"
					+ " or use a ProcessorDefinition");
		}
		if (definition.settings().removeAcknowledged() && !able.removesAcknowledged()) {
			logger.warn("Queue '{}' asks for the removal of acknowledged events, which {} cannot do: they stay for"
					+ " the retention of their stream", definition.name(), this.backend.name());
		}
	}

	List<QueueStatus> statuses() {
		return this.runners.stream().map(QueueRunner::status).toList();
	}

	/** Begins to stop all of them. */
	List<Thread> stop() {
		return this.runners.stream().map((runner) -> Thread.ofVirtual().start(runner::stop)).toList();
	}

}
