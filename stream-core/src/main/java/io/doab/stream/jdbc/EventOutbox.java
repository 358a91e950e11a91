package io.doab.stream.jdbc;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

import io.doab.stream.Event;
import io.doab.stream.EventPublisher;
import io.doab.stream.PayloadCodec;

import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Publishes events if, and only if, the database transaction commits in which they were
 * put here. They are rows of that transaction, which a relay publishes and removes.
 *
 * <p>
 * <b>Delivery.</b> At least once, under the same id: after a crash between publishing and
 * removing, an event is published again. <b>Order.</b> Events of one key and stream are
 * published in the order in which they were put here, each after the one before it was
 * stored. Of two transactions that run at the same time the rows may commit in another
 * order than they were numbered in, and then are published as they commit: take a lock
 * for the key first, such as the row that the events are about, and there are no two.
 *
 * <p>
 * <b>Cost.</b> A commit in this process wakes its relay. Rows of processes that are gone
 * are looked for once in an interval; of all processes that share the database one relays
 * at a time, for some seconds at most, with one connection. While streams cannot be
 * published to, pauses grow to ten seconds, rows stay, and the table grows: watch
 * {@link #waiting()}. An event that no stream can store is marked as refused and held
 * back for good, and no other waits for it: watch {@link #refused()}.
 *
 * <p>
 * Needs the tables of {@code io/doab/stream/jdbc/outbox.sql}, on PostgreSQL. Safe for use
 * by many threads.
 */
public final class EventOutbox implements AutoCloseable {

	private final OutboxTable table;

	private final OutboxRelay relay;

	/**
	 * Creates an outbox. {@link #start} makes it publish.
	 * @param interval how often rows are looked for that nobody told of
	 */
	public EventOutbox(JdbcOperations jdbc, TransactionOperations transactions, PayloadCodec payloads,
			EventPublisher publisher, Duration interval) {
		this.table = new OutboxTable(jdbc, payloads);
		this.relay = new OutboxRelay(this.table, transactions, publisher, interval);
	}

	/** Begins to publish, on a thread of its own. */
	public void start() {
		this.relay.start();
	}

	/**
	 * Puts an event into the present transaction.
	 * @throws IllegalStateException when there is none: the event could be there without
	 * its cause, or not at all
	 */
	public void publish(String stream, Event<?> event) {
		publish(stream, List.of(event));
	}

	/**
	 * Puts events into the present transaction, in their order.
	 * @throws IllegalStateException when there is none
	 */
	public void publish(String stream, Collection<? extends Event<?>> events) {
		if (!TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new IllegalStateException("Events for stream '" + stream
					+ "' are to be published with a transaction, and none is active: annotate the caller @Transactional");
		}
		this.table.add(stream, events);
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
			@Override
			public void afterCommit() {
				EventOutbox.this.relay.wakeup();
			}
		});
	}

	/** How many events wait to be published, without those that are refused. */
	public long waiting() {
		return this.table.waiting();
	}

	/** How many events are refused: somebody has to mend or delete them. */
	public long refused() {
		return this.table.refused();
	}

	/** Stops publishing. What is left is published when an outbox is started again. */
	@Override
	public void close() {
		this.relay.close();
	}

}
