package io.doab.stream.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.doab.stream.EventPublisher;
import io.doab.stream.jdbc.OutboxTable.Row;
import io.doab.stream.jdbc.OutboxTurn.Fate;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Publishes the rows of an outbox and removes them, in one transaction that has the turn.
 *
 * <p>
 * Its thread sleeps until a transaction of this process commits, or the interval is over.
 * While another process has the turn it looks again before long: that one may have looked
 * just before the commit. Such a pause, and one after a failure, grows and is not cut
 * short by commits, so that neither many processes nor an outage make a storm of
 * requests.
 */
final class OutboxRelay implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(OutboxRelay.class);

	private static final int AT_ONCE = 500;

	private static final Duration SOON = Duration.ofMillis(50);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

	private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

	/**
	 * With the answers, shorter than the database lets a transaction stand still
	 * ({@link OutboxTable}).
	 */
	private static final Duration TURN = Duration.ofSeconds(5);

	private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);

	private final OutboxTable table;

	private final TransactionOperations transactions;

	private final EventPublisher publisher;

	private final Duration interval;

	private final Duration turn;

	private final Semaphore wakeups = new Semaphore(0);

	private final CountDownLatch closed = new CountDownLatch(1);

	private final Thread thread;

	private int failures;

	private int timesBehind;

	OutboxRelay(OutboxTable table, TransactionOperations transactions, EventPublisher publisher, Duration interval) {
		this(table, transactions, publisher, interval, TURN);
	}

	OutboxRelay(OutboxTable table, TransactionOperations transactions, EventPublisher publisher, Duration interval,
			Duration turn) {
		this.table = table;
		this.transactions = transactions;
		this.publisher = publisher;
		this.interval = interval;
		this.turn = turn;
		this.thread = Thread.ofVirtual().name("doab-outbox").unstarted(this::run);
	}

	void start() {
		this.thread.start();
	}

	void wakeup() {
		this.wakeups.release();
	}

	private void run() {
		try {
			while (!isClosed()) {
				this.wakeups.drainPermits();
				Duration pause = relay();
				if (pause != null) {
					var _ = this.closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
				}
				else {
					var _ = this.wakeups.tryAcquire(this.interval.toNanos(), TimeUnit.NANOSECONDS);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean isClosed() {
		return this.closed.getCount() == 0;
	}

	/**
	 * Relays what there is. Returns how long to pause whatever is committed meanwhile, or
	 * null to wait for the next commit.
	 */
	private @Nullable Duration relay() {
		Round round = new Round(new HashSet<>(), new HashSet<>());
		Throwable failure = null;
		try {
			Found found = Found.MORE;
			while (found == Found.MORE && !isClosed()) {
				found = this.table.isEmpty() ? Found.ALL
						: Objects.requireNonNull(this.transactions.execute((status) -> relaySome(round)));
			}
			if (found == Found.ANOTHERS_TURN) {
				Duration pause = pause(this.timesBehind++);
				return (pause.compareTo(this.interval) < 0) ? pause : this.interval;
			}
			this.timesBehind = 0;
			if (round.failing().isEmpty() || round.isFlaky()) {
				this.failures = 0;
			}
			if (round.failing().isEmpty()) {
				return null;
			}
		}
		catch (RuntimeException | Error ex) {
			failure = ex;
		}
		if (Integer.bitCount(++this.failures) == 1) {
			logger.warn("Events of the outbox could not be published, attempt {}; they are kept. {}", this.failures,
					(failure != null) ? failure.toString() : "Streams that failed: " + round.failing());
		}
		return pause(this.failures - 1);
	}

	/** Twice as long each time, from the first, which is 0. */
	private static Duration pause(int times) {
		Duration pause = SOON.multipliedBy(1L << Math.min(times, 10));
		return (pause.compareTo(LONGEST_PAUSE) < 0) ? pause : LONGEST_PAUSE;
	}

	/** Relays the first rows. */
	private Found relaySome(Round round) {
		if (!this.table.tryTakeTurn()) {
			return Found.ANOTHERS_TURN;
		}
		List<Row> rows = this.table.first(AT_ONCE, round.failing());
		List<Long> done = new ArrayList<>();
		boolean left = false;
		for (Map.Entry<Row, Fate> entry : publish(rows).entrySet()) {
			Row row = entry.getKey();
			switch (entry.getValue()) {
				case Fate.Stored stored -> {
					done.add(row.position());
					round.stored().add(row.stream());
				}
				case Fate.Refused refused -> refuse(row, refused.reason());
				case Fate.Failed failed -> {
					logger.debug("Event {} of the outbox could not be published", row.event().id(), failed.cause());
					round.failing().add(row.stream());
				}
				case Fate.Left waits -> left = true;
			}
		}
		this.table.remove(done);
		return (left || rows.size() == AT_ONCE) ? Found.MORE : Found.ALL;
	}

	private Map<Row, Fate> publish(List<Row> rows) {
		return new OutboxTurn(this.publisher, this.turn, ANSWER_LIMIT).publish(rows);
	}

	private void refuse(Row row, String reason) {
		logger.error("Event {} of type {} stays in the outbox, refused: {}", row.event().id(), row.event().type(),
				reason);
		this.table.refuse(row.position(), reason);
	}

	@Override
	public void close() {
		this.closed.countDown();
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

	/**
	 * What happened since the last pause.
	 *
	 * @param failing the streams that failed, which wait for the next round: they hold up
	 * no other stream, however many of their rows come first
	 * @param stored the streams of which something was stored
	 */
	private record Round(Set<String> failing, Set<String> stored) {

		/** Whether a stream that fails takes some events all the same. */
		boolean isFlaky() {
			return this.failing.stream().anyMatch(this.stored::contains);
		}

	}

	/** What there was to relay. */
	private enum Found {

		/** There may be more. */
		MORE,

		/** All that there was, but for streams that fail. */
		ALL,

		/** Nothing is known of the rest: another relays it. */
		ANOTHERS_TURN

	}

}
