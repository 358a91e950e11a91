package io.doab.stream;

import java.time.Duration;

/**
 * How a queue's consumers run.
 *
 * @param concurrency how many handlers of one consumer run at once
 * @param maxInFlightEvents how many events one consumer holds, at most: those that are
 * handled, wait for a handler, or wait for their acknowledgement to be confirmed
 * @param visibilityTime after how long without a sign of life of a consumer the others
 * get what it held. A consumer that lives renews what it holds, so handlers may take
 * longer
 * @param deliveryLimit the delivery at which an event is dead-lettered in place of being
 * handled; so its handler runs once less, at most. At least 2
 * @param startAt where a new queue begins
 * @param delivery at least once or at most once; {@link Delivery#ATOMIC} is not there for
 * queues, and refused at the start
 * @param removeAcknowledged whether events are taken out of the stream when they are
 * acknowledged and no other group reads it; if not, they stay for its retention
 */
public record QueueSettings(int concurrency, int maxInFlightEvents, Duration visibilityTime, int deliveryLimit,
		StartAt startAt, Delivery delivery, boolean removeAcknowledged) {

	private static final Duration SHORTEST_VISIBILITY = Duration.ofMillis(300);

	public QueueSettings {
		if (concurrency < 1) {
			throw new IllegalArgumentException("concurrency " + concurrency + " must be at least 1");
		}
		if (maxInFlightEvents < 1) {
			throw new IllegalArgumentException("maxInFlightEvents " + maxInFlightEvents + " must be at least 1");
		}
		if (visibilityTime.compareTo(SHORTEST_VISIBILITY) < 0) {
			throw new IllegalArgumentException("visibilityTime " + visibilityTime
					+ " is too short to be renewed in time: at least " + SHORTEST_VISIBILITY);
		}
		if (deliveryLimit < 2) {
			throw new IllegalArgumentException(
					"deliveryLimit " + deliveryLimit + " must be at least 2: with less, nothing would be handled");
		}
	}

	/**
	 * 16 handlers at once, 256 events in flight, visible to others after 30 s, the fifth
	 * delivery goes to the dead letters, from the earliest event, at least once;
	 * acknowledged events stay.
	 */
	public static QueueSettings defaults() {
		return new QueueSettings(16, 256, Duration.ofSeconds(30), 5, StartAt.EARLIEST, Delivery.AT_LEAST_ONCE, false);
	}

	public QueueSettings withConcurrency(int value) {
		return new QueueSettings(value, this.maxInFlightEvents, this.visibilityTime, this.deliveryLimit, this.startAt,
				this.delivery, this.removeAcknowledged);
	}

	public QueueSettings withMaxInFlightEvents(int value) {
		return new QueueSettings(this.concurrency, value, this.visibilityTime, this.deliveryLimit, this.startAt,
				this.delivery, this.removeAcknowledged);
	}

	public QueueSettings withVisibilityTime(Duration value) {
		return new QueueSettings(this.concurrency, this.maxInFlightEvents, value, this.deliveryLimit, this.startAt,
				this.delivery, this.removeAcknowledged);
	}

	public QueueSettings withDeliveryLimit(int value) {
		return new QueueSettings(this.concurrency, this.maxInFlightEvents, this.visibilityTime, value, this.startAt,
				this.delivery, this.removeAcknowledged);
	}

	public QueueSettings withStartAt(StartAt value) {
		return new QueueSettings(this.concurrency, this.maxInFlightEvents, this.visibilityTime, this.deliveryLimit,
				value, this.delivery, this.removeAcknowledged);
	}

	public QueueSettings withDelivery(Delivery value) {
		return new QueueSettings(this.concurrency, this.maxInFlightEvents, this.visibilityTime, this.deliveryLimit,
				this.startAt, value, this.removeAcknowledged);
	}

	public QueueSettings withRemoveAcknowledged(boolean value) {
		return new QueueSettings(this.concurrency, this.maxInFlightEvents, this.visibilityTime, this.deliveryLimit,
				this.startAt, this.delivery, value);
	}

}
