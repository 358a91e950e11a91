package io.doab.stream.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.doab.stream.EventPublisher;
import io.doab.stream.Published;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.jdbc.OutboxTable.Line;
import io.doab.stream.jdbc.OutboxTable.Row;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Publishes the rows of an outbox and removes them, in one transaction that has the turn.
 *
 * <p>
 * Its thread sleeps until a transaction of this process commits, or the interval is over.
 * While another process has the turn it looks again soon: that one may have looked just
 * before the commit.
 */
final class OutboxRelay implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(OutboxRelay.class);

	private static final int AT_ONCE = 500;

	private static final Duration SOON = Duration.ofMillis(50);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

	private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

	private final OutboxTable table;

	private final TransactionOperations transactions;

	private final EventPublisher publisher;

	private final Duration interval;

	private final Semaphore wakeups = new Semaphore(0);

	private final Thread thread;

	private volatile boolean closed;

	private int failures;

	OutboxRelay(OutboxTable table, TransactionOperations transactions, EventPublisher publisher, Duration interval) {
		this.table = table;
		this.transactions = transactions;
		this.publisher = publisher;
		this.interval = interval;
		this.thread = Thread.ofVirtual().name("doab-outbox").unstarted(this::run);
	}

	void start() {
		this.thread.start();
	}

	void wakeup() {
		this.wakeups.release();
	}

	private void run() {
		while (!this.closed) {
			this.wakeups.drainPermits();
			Duration pause = relay();
			try {
				var _ = this.wakeups.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

	/** Relays what there is; returns when to look again. */
	private Duration relay() {
		try {
			Found found = Found.FULL;
			while (found == Found.FULL && !this.closed) {
				found = this.table.isEmpty() ? Found.ALL
						: Objects.requireNonNull(this.transactions.execute((status) -> relaySome()));
			}
			this.failures = 0;
			return (found == Found.LEFT_OVER) ? SOON : this.interval;
		}
		catch (RuntimeException ex) {
			this.failures++;
			Duration pause = SOON.multipliedBy(1L << Math.min(this.failures, 10));
			if (Integer.bitCount(this.failures) == 1) {
				logger.warn("Events of the outbox could not be published, attempt {}; they are kept: {}", this.failures,
						ex.getMessage());
			}
			return (pause.compareTo(LONGEST_PAUSE) < 0) ? pause : LONGEST_PAUSE;
		}
	}

	private Found relaySome() {
		if (!this.table.tryTakeTurn()) {
			return Found.LEFT_OVER;
		}
		List<Row> rows = this.table.first(AT_ONCE);
		Map<Row, CompletableFuture<Published>> answers = publish(rows);
		List<Long> done = new ArrayList<>();
		RuntimeException failure = null;
		for (Map.Entry<Row, CompletableFuture<Published>> answer : answers.entrySet()) {
			Row row = answer.getKey();
			switch (failureOf(answer.getValue())) {
				case null -> done.add(row.position());
				case InvalidEventException refusal -> {
					logger.error("Event {} of type {} stays in the outbox, refused: {}", row.event().id(),
							row.event().type(), refusal.getMessage());
					this.table.refuse(row.position(), String.valueOf(refusal.getMessage()));
				}
				case RuntimeException passing -> failure = passing;
			}
		}
		this.table.remove(done);
		if (failure != null && done.isEmpty()) {
			throw failure;
		}
		return (rows.size() == AT_ONCE) ? Found.FULL : (failure != null) ? Found.LEFT_OVER : Found.ALL;
	}

	/**
	 * Each event of a key after the one before it was stored, or found to be refused for
	 * good.
	 */
	private Map<Row, CompletableFuture<Published>> publish(List<Row> rows) {
		Map<Row, CompletableFuture<Published>> answers = new LinkedHashMap<>();
		Map<Line, CompletableFuture<Published>> last = new HashMap<>();
		for (Row row : rows) {
			Line line = row.line();
			CompletableFuture<Published> before = (line != null) ? last.get(line) : null;
			CompletableFuture<Published> answer = (before == null) ? send(row)
					: before.handle((published, failure) -> published != null || isRefusal(failure))
						.thenCompose((goOn) -> goOn ? send(row) : before);
			answers.put(row, answer);
			if (line != null) {
				last.put(line, answer);
			}
		}
		return answers;
	}

	private CompletableFuture<Published> send(Row row) {
		return this.publisher.publish(row.stream(), row.event());
	}

	private static boolean isRefusal(@Nullable Throwable failure) {
		Throwable cause = (failure instanceof CompletionException wrapped) ? wrapped.getCause() : failure;
		return cause instanceof InvalidEventException;
	}

	/** Waits for an answer. */
	private static @Nullable RuntimeException failureOf(CompletableFuture<Published> answer) {
		try {
			answer.join();
			return null;
		}
		catch (CompletionException ex) {
			return (ex.getCause() instanceof RuntimeException cause) ? cause : ex;
		}
	}

	@Override
	public void close() {
		this.closed = true;
		wakeup();
		if (this.thread.getState() == Thread.State.NEW) {
			return;
		}
		try {
			var _ = this.thread.join(CLOSE_LIMIT);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** What there was to relay. */
	private enum Found {

		/** As many as are taken at once, so there may be more. */
		FULL,

		/** All that there was. */
		ALL,

		/** Some may be left: it was another's turn, or not all could be published. */
		LEFT_OVER

	}

}
