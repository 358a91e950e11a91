package io.doab.stream;

/**
 * Which events wait for each other.
 */
public enum Ordering {

	/** All events of a partition run one at a time, in stream order. */
	PARTITION,

	/**
	 * Events of a key run one at a time, in stream order; different keys run at once.
	 * Events without a key wait for none.
	 */
	KEY,

	/** No event waits for another. */
	NONE

}
