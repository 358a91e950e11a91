package io.doab.stream.spring;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.doab.stream.ProcessorDefinition;
import io.doab.stream.QueueDefinition;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.error.StreamException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * How many events each group of this application has not done, over all its members, as
 * the backend said a moment ago. While it cannot be asked, nothing is said.
 */
final class GroupLags implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(GroupLags.class);

	private static final Duration INTERVAL = Duration.ofSeconds(5);

	private final StreamEngine engine;

	private final ProcessorLifecycle processors;

	private final QueueLifecycle queues;

	private final Map<String, Map<String, Long>> lags = new ConcurrentHashMap<>();

	private volatile @Nullable ScheduledExecutorService timer;

	private volatile boolean running;

	GroupLags(StreamEngine engine, ProcessorLifecycle processors, QueueLifecycle queues) {
		this.engine = engine;
		this.processors = processors;
		this.queues = queues;
	}

	/**
	 * Events by input of a processor or queue; inputs of which it is not known are
	 * absent.
	 */
	Map<String, Long> of(String processor) {
		return this.lags.getOrDefault(processor, Map.of());
	}

	/** What was started, with its inputs. */
	List<ProcessorDefinition> processors() {
		return this.processors.started();
	}

	/** What queues were started. */
	List<QueueDefinition> queues() {
		return this.queues.started();
	}

	@Override
	public void start() {
		ScheduledExecutorService started = Executors
			.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("doab-lag").factory());
		this.timer = started;
		var _ = started.scheduleWithFixedDelay(this::ask, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
		this.running = true;
	}

	private void ask() {
		for (ProcessorDefinition processor : this.processors.started()) {
			ask(processor.name(), () -> this.engine.lag(processor));
		}
		for (QueueDefinition queue : this.queues.started()) {
			ask(queue.name(), () -> this.engine.lag(queue));
		}
	}

	private void ask(String name, Supplier<Map<String, Long>> lag) {
		try {
			this.lags.put(name, new LinkedHashMap<>(lag.get()));
		}
		catch (StreamException ex) {
			this.lags.remove(name);
			logger.debug("The lag of {} is not known", name, ex);
		}
		catch (RuntimeException ex) {
			this.lags.remove(name);
			logger.warn("The lag of {} could not be read: {}", name, ex.toString());
		}
	}

	@Override
	public void stop() {
		ScheduledExecutorService started = this.timer;
		if (started != null) {
			started.shutdownNow();
		}
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Before the processors stop. */
	@Override
	public int getPhase() {
		return SmartLifecycle.DEFAULT_PHASE;
	}

}
