package io.doab.stream.spring;

import java.util.function.ToDoubleFunction;

import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.observe.MeterNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;

import org.springframework.context.SmartLifecycle;

/**
 * Gauges of what processors are doing, registered once they are started.
 */
final class ProcessorGauges implements SmartLifecycle {

	private final StreamEngine engine;

	private final MeterRegistry registry;

	private final GroupLags lags;

	private volatile boolean running;

	ProcessorGauges(StreamEngine engine, MeterRegistry registry, GroupLags lags) {
		this.engine = engine;
		this.registry = registry;
		this.lags = lags;
	}

	@Override
	public void start() {
		register(MeterNames.OWNED_PARTITIONS, (status) -> status.partitions().size());
		register(MeterNames.IN_FLIGHT, ProcessorStatus::inFlightEvents);
		register(MeterNames.PARKED, ProcessorStatus::parkedEvents);
		register(MeterNames.RUNNING, (status) -> (status.state() == ProcessorStatus.State.RUNNING) ? 1 : 0);
		registerLags();
		registerLosses();
		this.running = true;
	}

	/** Not a number while the backend has not said it. */
	private void registerLags() {
		MultiGauge.builder(MeterNames.LAG)
			.register(this.registry)
			.register(this.lags.processors()
				.stream()
				.flatMap((processor) -> processor.inputs()
					.keySet()
					.stream()
					.map((stream) -> MultiGauge.Row.of(
							Tags.of(MeterNames.PROCESSOR, processor.name(), MeterNames.STREAM, stream), this.lags,
							(now) -> {
								Long lag = now.of(processor.name()).get(stream);
								return (lag != null) ? lag : Double.NaN;
							})))
				.toList(), true);
	}

	private void registerLosses() {
		MultiGauge.builder(MeterNames.LOST_EVENTS)
			.register(this.registry)
			.register(this.lags.processors()
				.stream()
				.flatMap((processor) -> processor.inputs()
					.keySet()
					.stream()
					.map((stream) -> MultiGauge.Row.of(
							Tags.of(MeterNames.PROCESSOR, processor.name(), MeterNames.STREAM, stream), this.engine,
							(now) -> now.lostEvents(processor.name(), stream))))
				.toList(), true);
	}

	private void register(String name, ToDoubleFunction<ProcessorStatus> value) {
		MultiGauge.builder(name)
			.register(this.registry)
			.register(this.engine.statuses()
				.stream()
				.map((status) -> MultiGauge.Row.of(Tags.of(MeterNames.PROCESSOR, status.name()), this.engine,
						(engine) -> engine.statuses()
							.stream()
							.filter((now) -> now.name().equals(status.name()))
							.mapToDouble(value)
							.sum()))
				.toList(), true);
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
