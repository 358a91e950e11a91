package io.doab.stream.spi;

import java.time.Duration;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;

/**
 * One member of a group. {@link #poll} and {@link #close} belong to one thread; the rest
 * is for any.
 */
public interface GroupMember extends AutoCloseable {

	/**
	 * Keeps the membership alive, takes and gives up partitions, and reads; tells the
	 * listener of all of it. Returns when there was something to tell, or after the
	 * timeout.
	 * @throws RetriableException when the backend cannot be reached: poll again after a
	 * pause. What is owned stays owned until the listener hears otherwise
	 * @throws FatalStreamException when polling again is of no use: close the member
	 */
	void poll(Duration timeout);

	/** Reads no more of a partition until {@link #resume}. It stays owned. */
	void pause(int partition);

	void resume(int partition);

	/** Makes a {@link #poll} that waits return. */
	void wakeup();

	/** Gives up all partitions, in good order, and leaves the group. */
	@Override
	void close();

}
