package io.doab.benchmarks.harness;

import org.jspecify.annotations.Nullable;

/**
 * What one contender needed for one task.
 *
 * @param events how many it did
 * @param usage from the first event that it handled until everything was acknowledged
 * @param soundness what the contender's own process counted, or null where the outputs
 * are counted
 * @param latency how long events took, where that was measured
 * @param footprint what the contender's process held, where that was measured
 */
public record Measured(long events, Usage usage, @Nullable Soundness soundness, @Nullable Latency latency,
		@Nullable Footprint footprint) {

	public double eventsPerSecond() {
		return this.events * 1e9 / Math.max(1, this.usage.nanos());
	}

	/** Seconds of processor time for a million events. */
	public double clientCpuPerMillion() {
		return this.usage.clientCpuNanos() / 1e9 * 1_000_000 / this.events;
	}

	/** The same of the server. */
	public double serverCpuPerMillion() {
		return this.usage.serverCpuNanos() / 1e9 * 1_000_000 / this.events;
	}

	public double allocatedBytesPerEvent() {
		return (double) this.usage.allocatedBytes() / this.events;
	}

	/** Times in microseconds. */
	public record Latency(double p50, double p99, double p999, double most) {

	}

}
