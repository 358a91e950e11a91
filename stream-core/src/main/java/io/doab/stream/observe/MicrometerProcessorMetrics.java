package io.doab.stream.observe;

import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * Counts with Micrometer.
 */
public final class MicrometerProcessorMetrics implements ProcessorMetrics {

	private final Timer handled;

	private final Counter failed;

	private final Counter deadLetters;

	private final Counter duplicates;

	private final Timer commits;

	private final Counter committedEvents;

	private final Counter lost;

	public MicrometerProcessorMetrics(MeterRegistry registry, String processor) {
		this.handled = registry.timer(MeterNames.HANDLED, MeterNames.PROCESSOR, processor);
		this.failed = registry.counter(MeterNames.FAILED, MeterNames.PROCESSOR, processor);
		this.deadLetters = registry.counter(MeterNames.DEAD_LETTERS, MeterNames.PROCESSOR, processor);
		this.duplicates = registry.counter(MeterNames.DUPLICATES, MeterNames.PROCESSOR, processor);
		this.commits = registry.timer(MeterNames.COMMITS, MeterNames.PROCESSOR, processor);
		this.committedEvents = registry.counter(MeterNames.COMMITTED_EVENTS, MeterNames.PROCESSOR, processor);
		this.lost = registry.counter(MeterNames.LOST_PARTITIONS, MeterNames.PROCESSOR, processor);
	}

	@Override
	public void handled(long events, long nanos) {
		this.handled.record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void failed() {
		this.failed.increment();
	}

	@Override
	public void deadLettered() {
		this.deadLetters.increment();
	}

	@Override
	public void deduplicated() {
		this.duplicates.increment();
	}

	@Override
	public void committed(int events, long nanos) {
		this.commits.record(nanos, TimeUnit.NANOSECONDS);
		this.committedEvents.increment(events);
	}

	@Override
	public void lost() {
		this.lost.increment();
	}

}
