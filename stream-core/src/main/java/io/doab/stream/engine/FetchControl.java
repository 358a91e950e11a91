package io.doab.stream.engine;

/**
 * What the partition asks of the fetch loop. Called under its lock, if nothing else is
 * said, so that what is asked last is what was meant last: must not block.
 */
interface FetchControl {

	void pause(int partition);

	void resume(int partition);

	/**
	 * All partitions are to look whether they have room again. Called under no lock, for
	 * it takes that of each.
	 */
	void lookForRoom();

	/** The processor cannot go on: an event says so. */
	void stop(Exception cause);

}
