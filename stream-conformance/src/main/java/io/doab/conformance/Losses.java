package io.doab.conformance;

import java.util.concurrent.atomic.AtomicInteger;

import io.doab.stream.observe.ProcessorMetrics;

/** Counts the partitions that processors lost, and nothing else. */
record Losses(AtomicInteger partitions) implements ProcessorMetrics {

	@Override
	public void lost() {
		this.partitions.incrementAndGet();
	}

}
