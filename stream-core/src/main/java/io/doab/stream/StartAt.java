package io.doab.stream;

/**
 * Where a group begins on a partition that it has no checkpoint for.
 */
public enum StartAt {

	/** With the oldest event that is still there. */
	EARLIEST,

	/** With the next event to come. */
	LATEST

}
