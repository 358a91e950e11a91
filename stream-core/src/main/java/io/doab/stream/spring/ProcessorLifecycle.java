package io.doab.stream.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.doab.stream.ProcessorDefinition;
import io.doab.stream.ProcessorSettings;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.error.RetriableException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Starts the processors before the web server and stops them after it, so that what a
 * request has accepted still finds them running.
 */
final class ProcessorLifecycle implements SmartLifecycle {

	/** Below that of the web server. */
	private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

	private static final Logger logger = LoggerFactory.getLogger(ProcessorLifecycle.class);

	private final StreamEngine engine;

	private final List<ProcessorDefinition> definitions;

	private final ProcessorMethods methods;

	private final Map<String, DoabProperties.Processor> overrides;

	private volatile List<ProcessorDefinition> started = List.of();

	private volatile boolean running;

	ProcessorLifecycle(StreamEngine engine, List<ProcessorDefinition> definitions, ProcessorMethods methods,
			Map<String, DoabProperties.Processor> overrides) {
		this.engine = engine;
		this.definitions = List.copyOf(definitions);
		this.methods = methods;
		this.overrides = overrides;
	}

	@Override
	public void start() {
		List<ProcessorDefinition> all = new ArrayList<>(this.definitions);
		all.addAll(this.methods.definitions());
		all.addAll(this.engine.movers());
		requireKnown(all);
		verifyPublisher();
		this.started = all.stream().filter(this::isEnabled).map(this::override).toList();
		this.engine.start(this.started);
		this.running = true;
	}

	/**
	 * An acknowledgement that can never be given stops the start. A backend that is away
	 * does not: it may come.
	 */
	private void verifyPublisher() {
		try {
			this.engine.verifyPublisher();
		}
		catch (RetriableException ex) {
			logger.warn("It is not known whether events can be acknowledged as they are to be: {}", ex.getMessage());
		}
	}

	/** What was started. */
	List<ProcessorDefinition> started() {
		return this.started;
	}

	@Override
	public void stop() {
		this.engine.close();
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

	private void requireKnown(List<ProcessorDefinition> all) {
		Set<String> names = all.stream().map(ProcessorDefinition::name).collect(Collectors.toSet());
		for (String name : this.overrides.keySet()) {
			if (!names.contains(name)) {
				throw new IllegalStateException("doab.processors[" + name
						+ "] configures a processor that this application does not have. It has " + names);
			}
		}
	}

	private boolean isEnabled(ProcessorDefinition definition) {
		DoabProperties.Processor override = this.overrides.get(definition.name());
		return override == null || override.enabled();
	}

	private ProcessorDefinition override(ProcessorDefinition definition) {
		DoabProperties.Processor override = this.overrides.get(definition.name());
		if (override == null) {
			return definition;
		}
		ProcessorDefinition changed = definition.with((settings) -> override(settings, override));
		DoabProperties.Retry retry = override.retry();
		return (retry == null) ? changed : new RetryOverride(definition.name(), retry).apply(changed);
	}

	private static ProcessorSettings override(ProcessorSettings settings, DoabProperties.Processor override) {
		ProcessorSettings changed = settings;
		if (override.ordering() != null) {
			changed = changed.withOrdering(override.ordering());
		}
		if (override.concurrency() != null) {
			changed = changed.withConcurrency(override.concurrency());
		}
		if (override.maxInFlightEvents() != null) {
			changed = changed.withMaxInFlightEvents(override.maxInFlightEvents());
		}
		if (override.startAt() != null) {
			changed = changed.withStartAt(override.startAt());
		}
		if (override.maxDeliveriesAfterCrash() != null) {
			changed = changed.withMaxDeliveriesAfterCrash(override.maxDeliveriesAfterCrash());
		}
		if (override.delivery() != null) {
			changed = changed.withDelivery(override.delivery());
		}
		return changed;
	}

}
