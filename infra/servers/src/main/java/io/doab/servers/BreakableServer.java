package io.doab.servers;

/**
 * A server that somebody started in order to break it.
 */
public interface BreakableServer extends AutoCloseable {

	/** Ends it at once, as a crash would, and waits until it is gone. */
	void kill();

	/**
	 * Starts it again after {@link #kill()}, on the same port and data, and waits until
	 * it serves.
	 */
	void start();

	/**
	 * Stops it in its tracks until {@link #resume()}: its sockets stay open and answer
	 * nothing.
	 */
	void pause();

	/** Lets a paused server go on. */
	void resume();

	@Override
	void close();

}
