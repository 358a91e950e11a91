package io.doab.benchmarks.harness;

/**
 * One way to do the work, written as its own documentation advises.
 */
@FunctionalInterface
public interface Contender {

	/**
	 * Begins to consume the task's input under its group, on threads of its own.
	 * @param probe what handlers call for each event
	 * @return what stops it in good order
	 */
	AutoCloseable start(Task task, Probe probe) throws Exception;

}
