package io.doab.stream;

import org.jspecify.annotations.Nullable;

/**
 * How a processor runs. Each value can be overridden by configuration, without code.
 *
 * @param ordering which events wait for each other
 * @param concurrency how many handlers of one member may run at once; they run on virtual
 * threads
 * @param maxInFlightEvents how many events of a partition are fetched and not yet
 * committed before it pauses: the bound of what a slow handler costs in memory. Null: as
 * many as suit the backend, 2,000 on Redis and 10,000 on Kafka, whose transactions take
 * longer. All partitions of a member together have 40,000 (or this, if it is more) and an
 * eighth of the heap; when that is taken, each has an equal part of it
 * @param startAt where a new group begins
 * @param maxDeliveriesAfterCrash how often an event that was in hand when its process
 * ended is delivered again, when each of those processes ends as well, before it is
 * dead-lettered. In the first of these deliveries others run beside it, in the rest it
 * runs alone; so at least 2
 * @param delivery what it promises of an event when its member dies
 * @param retries what a retry blocks, and where it waits
 */
public record ProcessorSettings(Ordering ordering, int concurrency, @Nullable Integer maxInFlightEvents,
		StartAt startAt, int maxDeliveriesAfterCrash, Delivery delivery, RetrySettings retries) {

	public ProcessorSettings {
		if (concurrency < 1) {
			throw new IllegalArgumentException("concurrency " + concurrency + " must be at least 1");
		}
		if (maxInFlightEvents != null && maxInFlightEvents < 1) {
			throw new IllegalArgumentException("maxInFlightEvents " + maxInFlightEvents + " must be at least 1");
		}
		if (maxDeliveriesAfterCrash < 2) {
			throw new IllegalArgumentException("maxDeliveriesAfterCrash " + maxDeliveriesAfterCrash
					+ " must be at least 2: with less, events would be dead-lettered that were merely in hand beside the one that ends the process");
		}
	}

	/**
	 * Order per key, 64 handlers at once, as many events in flight as suit the backend,
	 * from the earliest event, 3 deliveries after a crash, atomic.
	 */
	public static ProcessorSettings defaults() {
		return new ProcessorSettings(Ordering.KEY, 64, null, StartAt.EARLIEST, 3, Delivery.ATOMIC,
				RetrySettings.defaults());
	}

	public ProcessorSettings withOrdering(Ordering value) {
		return new ProcessorSettings(value, this.concurrency, this.maxInFlightEvents, this.startAt,
				this.maxDeliveriesAfterCrash, this.delivery, this.retries);
	}

	public ProcessorSettings withConcurrency(int value) {
		return new ProcessorSettings(this.ordering, value, this.maxInFlightEvents, this.startAt,
				this.maxDeliveriesAfterCrash, this.delivery, this.retries);
	}

	public ProcessorSettings withMaxInFlightEvents(int value) {
		return new ProcessorSettings(this.ordering, this.concurrency, value, this.startAt, this.maxDeliveriesAfterCrash,
				this.delivery, this.retries);
	}

	public ProcessorSettings withStartAt(StartAt value) {
		return new ProcessorSettings(this.ordering, this.concurrency, this.maxInFlightEvents, value,
				this.maxDeliveriesAfterCrash, this.delivery, this.retries);
	}

	public ProcessorSettings withMaxDeliveriesAfterCrash(int value) {
		return new ProcessorSettings(this.ordering, this.concurrency, this.maxInFlightEvents, this.startAt, value,
				this.delivery, this.retries);
	}

	public ProcessorSettings withDelivery(Delivery value) {
		return new ProcessorSettings(this.ordering, this.concurrency, this.maxInFlightEvents, this.startAt,
				this.maxDeliveriesAfterCrash, value, this.retries);
	}

	public ProcessorSettings withRetries(RetrySettings value) {
		return new ProcessorSettings(this.ordering, this.concurrency, this.maxInFlightEvents, this.startAt,
				this.maxDeliveriesAfterCrash, this.delivery, value);
	}

}
