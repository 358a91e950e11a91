package io.doab.stream.engine;

/**
 * What the partition asks of the fetch loop. Called under its lock, so that what is asked
 * last is what was meant last: must not block.
 */
interface FetchControl {

	void pause(int partition);

	void resume(int partition);

	/** The processor cannot go on: an event says so. */
	void stop(Exception cause);

}
