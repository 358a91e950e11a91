package io.doab.benchmarks.harness;

/**
 * How far a group is, asked of the server itself, for every contender alike.
 */
public interface Progress extends AutoCloseable {

	/**
	 * Whether the group has acknowledged every event of its input, and every output of it
	 * can be read.
	 */
	boolean isDone();

	@Override
	void close();

}
