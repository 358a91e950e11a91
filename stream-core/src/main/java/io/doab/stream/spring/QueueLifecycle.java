package io.doab.stream.spring;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.doab.stream.QueueDefinition;
import io.doab.stream.QueueSettings;
import io.doab.stream.engine.StreamEngine;

import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Starts the consumers of queues, after the processors. They stop with the engine, which
 * the processors' lifecycle closes.
 */
final class QueueLifecycle implements SmartLifecycle {

	/** Above that of the processors, whose names are then known. */
	private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4095;

	private final StreamEngine engine;

	private final List<QueueDefinition> definitions;

	private final Map<String, DoabProperties.Queue> overrides;

	private volatile List<QueueDefinition> started = List.of();

	private volatile boolean running;

	QueueLifecycle(StreamEngine engine, List<QueueDefinition> definitions,
			Map<String, DoabProperties.Queue> overrides) {
		this.engine = engine;
		this.definitions = List.copyOf(definitions);
		this.overrides = overrides;
	}

	@Override
	public void start() {
		requireKnown();
		this.started = this.definitions.stream().filter(this::isEnabled).map(this::override).toList();
		this.engine.startQueues(this.started);
		this.running = true;
	}

	/** What was started. */
	List<QueueDefinition> started() {
		return this.started;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	private void requireKnown() {
		Set<String> names = this.definitions.stream().map(QueueDefinition::name).collect(Collectors.toSet());
		for (String name : this.overrides.keySet()) {
			if (!names.contains(name)) {
				throw new IllegalStateException("doab.queues[" + name
						+ "] configures a queue that this application does not have. It has " + names);
			}
		}
	}

	private boolean isEnabled(QueueDefinition definition) {
		DoabProperties.Queue override = this.overrides.get(definition.name());
		return override == null || override.enabled();
	}

	private QueueDefinition override(QueueDefinition definition) {
		DoabProperties.Queue override = this.overrides.get(definition.name());
		if (override == null) {
			return definition;
		}
		try {
			QueueDefinition changed = definition.with((settings) -> override(settings, override));
			DoabProperties.QueueRetry retry = override.retry();
			return (retry == null) ? changed : RetryOverride.ofQueue(definition.name(), retry).apply(changed);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalStateException("doab.queues[" + definition.name() + "] cannot be used: " + ex.getMessage(),
					ex);
		}
	}

	private static QueueSettings override(QueueSettings defined, DoabProperties.Queue override) {
		return new QueueSettings(or(override.concurrency(), defined.concurrency()),
				or(override.maxInFlightEvents(), defined.maxInFlightEvents()),
				or(override.visibilityTime(), defined.visibilityTime()),
				or(override.deliveryLimit(), defined.deliveryLimit()), or(override.startAt(), defined.startAt()),
				or(override.delivery(), defined.delivery()),
				or(override.removeAcknowledged(), defined.removeAcknowledged()));
	}

	private static <T> T or(@Nullable T configured, T defined) {
		return (configured != null) ? configured : defined;
	}

}
