package io.doab.benchmarks.harness;

import java.util.List;
import java.util.function.IntConsumer;

/**
 * A server of its own, and what the harness does on it itself, outside of what is
 * measured. Not for several threads.
 */
public interface Workbench extends AutoCloseable {

	/** {@code host:port}. */
	String address();

	/** The processes of the server. */
	List<Long> pids();

	/** Stores events under numbers from 0 in a new stream. */
	void fill(String stream, int partitions, Orders orders, int events);

	/** Makes a stream without events. */
	void create(String stream, int partitions);

	/** How many events a stream has; none when it is not there. */
	long size(String stream, int partitions);

	/** Counts what a task gave out. */
	Soundness count(Task task);

	/** Removes what a task has left behind. */
	void tidy(Task task);

	/** Removes a stream and all that is in it. */
	void remove(String stream, int partitions);

	/** Sends single events to a stream, each at once. */
	Sender sender(String stream, int partitions, Orders orders);

	/**
	 * Reads what comes to a stream until it is closed.
	 * @param arrived is told the number of each event, by a thread of its own
	 */
	AutoCloseable sink(String stream, int partitions, IntConsumer arrived);

	@Override
	void close();

	/** Sends single events. */
	interface Sender extends AutoCloseable {

		/** Sends the event of that number and does not wait for the answer. */
		void send(int number);

		@Override
		void close();

	}

}
