package io.doab.stream.engine;

/**
 * Runs lanes that have work, none on two threads at once.
 */
interface LaneExecutor {

	/**
	 * Takes a lane that has work and waits for its turn nowhere else. Must not run it.
	 */
	void ready(Lane lane);

	/** A handler returned, after so long. */
	void ran(long nanos);

}
