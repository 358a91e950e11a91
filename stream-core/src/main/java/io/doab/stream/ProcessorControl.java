package io.doab.stream;

/**
 * Pauses and resumes processors of this process at run time. Other instances take over
 * what a paused one owned; to pause all of them see {@link GroupAdmin#pause}. Does not
 * wait. A pause ends with the process.
 */
public interface ProcessorControl {

	/**
	 * Has a processor drain, commit, give up its partitions and leave its group.
	 * @throws IllegalArgumentException when this process runs none of that name
	 */
	void pause(String processor);

	/**
	 * Has a processor join its group again, unless the group is paused.
	 * @throws IllegalArgumentException when this process runs none of that name
	 */
	void resume(String processor);

}
