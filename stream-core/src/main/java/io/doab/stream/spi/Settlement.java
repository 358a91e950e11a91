package io.doab.stream.spi;

import java.time.Duration;

/**
 * How a delivery of a queue ends.
 */
public sealed interface Settlement {

	/** The event is done. */
	record Acknowledge() implements Settlement {
	}

	/**
	 * The event is delivered again.
	 *
	 * @param delay not before it is over
	 * @param begun whether a handler has begun with it; if not, a backend that can takes
	 * this delivery back from the count
	 */
	record Release(Duration delay, boolean begun) implements Settlement {
	}

	/** The event is stored as a dead letter, and done then. */
	record DeadLetter(Append letter) implements Settlement {
	}

}
