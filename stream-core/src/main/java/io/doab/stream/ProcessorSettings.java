package io.doab.stream;

/**
 * How a processor runs. Each value can be overridden by configuration, without code.
 *
 * @param ordering which events wait for each other
 * @param concurrency how many handlers of one member may run at once; they run on virtual
 * threads
 * @param maxInFlightEvents how many events of a partition are fetched and not yet
 * committed, at most: the bound of what a slow handler costs in memory
 * @param startAt where a new group begins
 * @param retries what a retry blocks, and where it waits
 */
public record ProcessorSettings(Ordering ordering, int concurrency, int maxInFlightEvents, StartAt startAt,
		RetrySettings retries) {

	public ProcessorSettings {
		if (concurrency < 1) {
			throw new IllegalArgumentException("concurrency " + concurrency + " must be at least 1");
		}
		if (maxInFlightEvents < 1) {
			throw new IllegalArgumentException("maxInFlightEvents " + maxInFlightEvents + " must be at least 1");
		}
	}

	/**
	 * Order per key, 64 handlers at once, 2,000 events in flight per partition, from the
	 * earliest event.
	 */
	public static ProcessorSettings defaults() {
		return new ProcessorSettings(Ordering.KEY, 64, 2_000, StartAt.EARLIEST, RetrySettings.defaults());
	}

	public ProcessorSettings withOrdering(Ordering value) {
		return new ProcessorSettings(value, this.concurrency, this.maxInFlightEvents, this.startAt, this.retries);
	}

	public ProcessorSettings withConcurrency(int value) {
		return new ProcessorSettings(this.ordering, value, this.maxInFlightEvents, this.startAt, this.retries);
	}

	public ProcessorSettings withMaxInFlightEvents(int value) {
		return new ProcessorSettings(this.ordering, this.concurrency, value, this.startAt, this.retries);
	}

	public ProcessorSettings withStartAt(StartAt value) {
		return new ProcessorSettings(this.ordering, this.concurrency, this.maxInFlightEvents, value, this.retries);
	}

	public ProcessorSettings withRetries(RetrySettings value) {
		return new ProcessorSettings(this.ordering, this.concurrency, this.maxInFlightEvents, this.startAt, value);
	}

}
