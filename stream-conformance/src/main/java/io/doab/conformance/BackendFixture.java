package io.doab.conformance;

import java.util.List;

import io.doab.conformance.member.BackendAddress;
import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.StreamRecord;

/**
 * A real server and two networks that lead to it, so that one client can be cut off from
 * it while another is not.
 */
public interface BackendFixture extends AutoCloseable {

	/** A client of its own, as another process would have. The caller closes it. */
	StreamBackend newBackend(Network network);

	/** Where a member that is a process of its own finds the server. */
	BackendAddress address(Network network);

	/** All events of a partition, as somebody without this library reads them. */
	List<StreamRecord> read(String stream, int partition);

	/** Appends an event without any attributes, as a foreign producer does. */
	void appendForeign(String stream, int partition, byte[] key, byte[] data);

	/**
	 * How many events of a stream's partition a group has before it, as the server's own
	 * tools tell it.
	 */
	long lag(String group, String stream, int partition);

	/** Lets the server take no event for a stream that is declared and empty. */
	void refuseAppends(String stream, int partitions);

	/** Undoes {@link #refuseAppends}. */
	void acceptAppends(String stream, int partitions);

	/** Kills the server and starts it on its data. */
	void restartServer();

	/** After how long without a sign of life a member counts as gone. */
	java.time.Duration sessionTime();

	Faults faults(Network network);

	@Override
	void close();

	/** Which way a client takes to the server. */
	enum Network {

		ONE, OTHER

	}

	/** What can happen to a network. */
	interface Faults {

		/** Ends all connections; new ones are taken. */
		void cut();

		/** Ends all connections and takes none. */
		void refuse();

		/** Requests arrive and answers do not. */
		void swallowReplies();

		/** Undoes the refusing or swallowing. */
		void restore();

	}

}
