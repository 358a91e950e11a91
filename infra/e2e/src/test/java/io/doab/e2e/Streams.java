package io.doab.e2e;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The backend, read with its own client.
 */
interface Streams extends AutoCloseable {

	/** All events of a stream, as readers of committed events see them. */
	List<StoredEvent> read(String stream);

	/**
	 * Gives every byte that the backend holds, key by key, record by record: committed or
	 * not.
	 */
	void scan(Consumer<byte[]> bytes);

	/**
	 * Reads a stream from its beginning and goes on as it grows. Belongs to one thread.
	 */
	Tail tail(String stream);

	/** What must be nought in the end: events of a group's input that it has not done. */
	long lag(String group, String stream);

	@Override
	void close();

	/** Reads a stream as it grows. */
	interface Tail extends AutoCloseable {

		/** Gives the next events with their partitions; waits a moment for them. */
		void poll(BiConsumer<Integer, StoredEvent> events);

		@Override
		void close();

	}

	/** An event as it is stored. */
	record StoredEvent(String id, String type, String key, String data) {
	}

}
