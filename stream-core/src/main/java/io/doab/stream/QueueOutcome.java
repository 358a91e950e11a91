package io.doab.stream;

import java.time.Duration;

/**
 * What a queue's handler makes of an event.
 */
public sealed interface QueueOutcome {

	/** It is done. */
	static QueueOutcome acknowledge() {
		return new Acknowledge();
	}

	/** It is to be delivered again, to whichever consumer, at once. */
	static QueueOutcome release() {
		return new Release(Duration.ZERO);
	}

	/** It is to be delivered again, not before a delay is over. */
	static QueueOutcome release(Duration delay) {
		return new Release(delay);
	}

	/** It is wrong, and goes to the dead letters of its stream. */
	static QueueOutcome reject(String reason) {
		return new Reject(reason);
	}

	/**
	 * The event is done, once what the handler emitted is stored: nobody gets it again.
	 */
	record Acknowledge() implements QueueOutcome {
	}

	/**
	 * The event goes back, and what was emitted is dropped. It counts as a delivery: at
	 * the {@linkplain QueueSettings#deliveryLimit() limit} the event is dead-lettered in
	 * place of being delivered again.
	 *
	 * @param delay how long nobody gets it, at least; while the consumer that released it
	 * lives, for a process that dies ends what it still held; a year at most
	 */
	record Release(Duration delay) implements QueueOutcome {

		private static final Duration LONGEST = Duration.ofDays(365);

		public Release {
			if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
				throw new IllegalArgumentException("delay " + delay + " must be 0 to " + LONGEST);
			}
		}
	}

	/**
	 * The event goes to the dead letters, and what was emitted is dropped.
	 *
	 * @param reason what the dead letter says
	 */
	record Reject(String reason) implements QueueOutcome {
	}

}
