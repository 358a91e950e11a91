package io.doab.stream.jdbc;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

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
 * at a time. An event that no stream can store is marked as refused and held back for
 * good, and no other waits for it.
 *
 * <p>
 * Needs the tables of {@code io/doab/stream/jdbc/outbox.sql}, on PostgreSQL. Safe for use
 * by many threads.
 */
public final class EventOutbox implements AutoCloseable {

	private static final String CONTENT_TYPE = "datacontenttype";

	private final JdbcOperations jdbc;

	private final PayloadCodec payloads;

	private final OutboxRelay relay;

	/**
	 * Creates an outbox. {@link #start} makes it publish.
	 * @param interval how often rows are looked for that nobody told of
	 */
	public EventOutbox(JdbcOperations jdbc, TransactionOperations transactions, PayloadCodec payloads,
			EventPublisher publisher, Duration interval) {
		this.jdbc = jdbc;
		this.payloads = payloads;
		this.relay = new OutboxRelay(new OutboxTable(jdbc, payloads), transactions, publisher, interval);
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
		if (!TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new IllegalStateException("Event " + event.id() + " of type " + event.type()
					+ " is to be published with a transaction, and none is active: annotate the caller @Transactional");
		}
		Map<String, String> headers = new LinkedHashMap<>(event.headers());
		byte[] data;
		if (event.data() instanceof byte[] bytes) {
			data = bytes;
		}
		else {
			headers.put(CONTENT_TYPE, this.payloads.contentType());
			data = this.payloads.encode(event.data());
		}
		this.jdbc.update("""
				INSERT INTO outbox (stream, event_key, event_id, type, source, occurred_at, headers, data)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?)""", stream, event.key(), event.id(), event.type(),
				event.source().toString(), event.time().atOffset(ZoneOffset.UTC), this.payloads.encode(headers), data);
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
			@Override
			public void afterCommit() {
				EventOutbox.this.relay.wakeup();
			}
		});
	}

	/** How many events wait to be published, without those that are refused. */
	public long waiting() {
		Long count = this.jdbc.queryForObject("SELECT count(*) FROM outbox WHERE refused IS NULL", Long.class);
		return (count != null) ? count : 0;
	}

	/** Stops publishing. What is left is published when an outbox is started again. */
	@Override
	public void close() {
		this.relay.close();
	}

}
