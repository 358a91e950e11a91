package io.doab.conformance;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.doab.stream.spi.StreamBackend;
import io.doab.stream.spi.StreamRecord;

/**
 * A real server and two networks that lead to it, so that one client can be cut off from
 * it while another is not.
 *
 * <p>
 * Tests break it on purpose and mend it before they end. What not every server can be
 * made to do is an {@link Ability}: the operations of one that is absent throw
 * {@link UnsupportedOperationException}, and the cases assert that they do.
 */
public interface BackendFixture extends AutoCloseable {

	/**
	 * What connects to the server. Has a public constructor without parameters, for
	 * member processes make one of their own.
	 */
	Class<? extends BackendConnector> connector();

	/** What the connector is given to come through a network. */
	String address(Network network);

	/** A client of its own, as another process would have. The caller closes it. */
	default StreamBackend newBackend(Network network) {
		return BackendConnector.of(connector().getName()).connect(address(network));
	}

	/**
	 * The same, but it cuts the streams that it declares to their retention every so
	 * often.
	 */
	StreamBackend newTrimmingBackend(Duration interval);

	/** Removes the first events of a partition, as somebody without this library does. */
	void removeFirst(String stream, int partition, int count);

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

	/**
	 * Removes what the server's own tools call the group: its offsets, its cursor. Only
	 * while it has no members.
	 */
	void deleteGroup(String group, String stream, int partitions);

	/** Kills the server and starts it on its data. */
	void restartServer();

	/** Stops the server in its tracks: connections stay open, and nobody answers. */
	void pauseServer();

	/** Lets a paused server go on. */
	void resumeServer();

	/** After how long without a sign of life a member counts as gone. */
	Duration sessionTime();

	/**
	 * How long it may take from the death of a member to the first output of the next
	 * owner, a busy machine aside.
	 */
	default Duration takeOverTime() {
		return sessionTime().plusSeconds(1);
	}

	Faults faults(Network network);

	/** What this server can be made to do besides. */
	default Set<Ability> abilities() {
		return Set.of();
	}

	/**
	 * Leaves the server no room for anything more, until {@link #makeRoom()}.
	 * @throws UnsupportedOperationException without {@link Ability#FILL_UP}
	 */
	default void fillUp() {
		throw lacks(Ability.FILL_UP);
	}

	/** Undoes {@link #fillUp()}. */
	default void makeRoom() {
		throw lacks(Ability.FILL_UP);
	}

	/**
	 * Starts a server that follows this one.
	 * @throws UnsupportedOperationException without {@link Ability#FAIL_OVER}
	 */
	default Standby newStandby() {
		throw lacks(Ability.FAIL_OVER);
	}

	@Override
	void close();

	private UnsupportedOperationException lacks(Ability ability) {
		return new UnsupportedOperationException(getClass().getSimpleName() + " cannot " + ability);
	}

	/** What not every server can be made to do. */
	enum Ability {

		/** To have no room left. */
		FILL_UP,

		/** To be replaced by another that lacks the last writes. */
		FAIL_OVER

	}

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

		/**
		 * Undoes the refusing or swallowing, and forgets what was to be done before a
		 * request.
		 */
		void restore();

		/**
		 * Does something when so many more requests have come through, before the last of
		 * them is passed on. Replaces what was asked for before.
		 */
		void beforeRequest(int count, Runnable action);

	}

	/** A server that follows another and can take its place. */
	interface Standby {

		/** Waits until it has all that the other has. */
		void awaitInStep();

		/** From here on it is told nothing. */
		void fallBehind();

		/**
		 * The other is killed, and all networks lead to this one, which the fixture calls
		 * its server from now on.
		 */
		void takeOver();

	}

}
