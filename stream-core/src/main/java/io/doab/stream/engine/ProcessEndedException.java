package io.doab.stream.engine;

/**
 * Why an event is dead-lettered that no handler ever failed at: its processes ended. Not
 * thrown.
 */
final class ProcessEndedException extends Exception {

	private static final long serialVersionUID = 1L;

	ProcessEndedException(int deliveries) {
		super("The process ended while it was being handled, and again in each of " + deliveries
				+ " deliveries after that: it is not tried again. Look for what ends a process: memory that runs out,"
				+ " native code, System.exit");
	}

}
