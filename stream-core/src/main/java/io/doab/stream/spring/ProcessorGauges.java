package io.doab.stream.spring;

import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

import io.doab.stream.engine.ProcessorStatus;
import io.doab.stream.engine.QueueStatus;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.observe.MeterNames;
import io.micrometer.core.instrument.Gauge;
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
		registerQueue(MeterNames.IN_FLIGHT, QueueStatus::inFlightEvents);
		registerQueue(MeterNames.RUNNING, (status) -> (status.state() == ProcessorStatus.State.RUNNING) ? 1 : 0);
		registerQueue(MeterNames.REDELIVERIES, QueueStatus::redeliveries);
		registerQueue(MeterNames.RELEASED, QueueStatus::released);
		registerQueue(MeterNames.LOST_DELIVERIES, QueueStatus::lostDeliveries);
		registerQueue(MeterNames.DROPPED, QueueStatus::droppedEvents);
		this.running = true;
	}

	/** Not a number while the backend has not said it. */
	private void registerLags() {
		MultiGauge.builder(MeterNames.LAG)
			.register(this.registry)
			.register(Stream
				.concat(this.lags.processors()
					.stream()
					.flatMap((processor) -> lags(processor.name(), processor.inputs().keySet())),
						this.lags.queues().stream().flatMap((queue) -> lags(queue.name(), queue.inputs().keySet())))
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

	private Stream<MultiGauge.Row<GroupLags>> lags(String name, Set<String> inputs) {
		return inputs.stream()
			.map((stream) -> MultiGauge.Row.of(Tags.of(MeterNames.PROCESSOR, name, MeterNames.STREAM, stream),
					this.lags, (now) -> {
						Long lag = now.of(name).get(stream);
						return (lag != null) ? lag : Double.NaN;
					}));
	}

	private void registerQueue(String name, ToDoubleFunction<QueueStatus> value) {
		for (QueueStatus queue : this.engine.queueStatuses()) {
			Gauge
				.builder(name, this.engine,
						(engine) -> engine.queueStatuses()
							.stream()
							.filter((now) -> now.name().equals(queue.name()))
							.mapToDouble(value)
							.sum())
				.tag(MeterNames.PROCESSOR, queue.name())
				.register(this.registry);
		}
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
