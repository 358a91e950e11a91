package io.doab.stream.spi;

import java.time.Duration;

/**
 * How a delivery of a queue ends.
 */
public sealed interface Settlement {

	/**
	 * The event is done.
	 *
	 * @param before whether it is handled after that, and only if nobody else has
	 * acknowledged it: then the answer is exact
	 */
	record Acknowledge(boolean before) implements Settlement {
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
