package io.doab.stream.jdbc;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import io.doab.stream.EventPublisher;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.jdbc.OutboxTable.Line;
import io.doab.stream.jdbc.OutboxTable.Row;

import org.jspecify.annotations.Nullable;

/**
 * Publishes rows while this process has the turn: each event of a key after the one
 * before it was stored, or found to be refused for good.
 *
 * <p>
 * A turn is short. The database ends the transaction of one that takes too long, and
 * another process has it then: whatever this one began after that would come out of
 * order, and what it published would be published again, for ever if it is always too
 * slow. So nothing is begun once the time is over; the rows that are left have a turn of
 * their own.
 */
final class OutboxTurn {

	private final EventPublisher publisher;

	private final long ends;

	private final Duration answerLimit;

	OutboxTurn(EventPublisher publisher, Duration time, Duration answerLimit) {
		this.publisher = publisher;
		this.ends = System.nanoTime() + time.toNanos();
		this.answerLimit = answerLimit;
	}

	/** What became of a row. */
	sealed interface Fate {

		/** Its event is stored. */
		record Stored() implements Fate {
		}

		/** It can never be published. */
		record Refused(String reason) implements Fate {
		}

		/** It could not be published this time, or nobody knows. */
		record Failed(Throwable cause) implements Fate {
		}

		/** It was not its turn. */
		record Left() implements Fate {
		}

	}

	/** Publishes rows, and waits until all that was begun has ended. */
	Map<Row, Fate> publish(List<Row> rows) {
		Map<Row, CompletableFuture<Fate>> fates = new LinkedHashMap<>();
		Map<Line, CompletableFuture<Fate>> last = new HashMap<>();
		for (Row row : rows) {
			Line line = row.line();
			CompletableFuture<Fate> before = (line != null) ? last.get(line) : null;
			CompletableFuture<Fate> fate = (before != null) ? before.thenCompose((other) -> after(other, row))
					: begin(row);
			fates.put(row, fate);
			if (line != null) {
				last.put(line, fate);
			}
		}
		Map<Row, Fate> ended = new LinkedHashMap<>();
		fates.forEach((row, fate) -> ended.put(row, fate.join()));
		return ended;
	}

	private CompletableFuture<Fate> after(Fate other, Row row) {
		return switch (other) {
			case Fate.Stored stored -> begin(row);
			case Fate.Refused refused -> begin(row);
			case Fate.Failed failed -> CompletableFuture.completedFuture(new Fate.Left());
			case Fate.Left left -> CompletableFuture.completedFuture(left);
		};
	}

	private CompletableFuture<Fate> begin(Row row) {
		if (System.nanoTime() - this.ends > 0) {
			return CompletableFuture.completedFuture(new Fate.Left());
		}
		try {
			return this.publisher.publish(row.stream(), row.event())
				.handle((published, failure) -> fate(failure))
				.completeOnTimeout(
						new Fate.Failed(new IllegalStateException("no answer within " + this.answerLimit.toSeconds()
								+ " s; a publisher must answer in time")),
						this.answerLimit.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.completedFuture(fate(ex));
		}
	}

	private static Fate fate(@Nullable Throwable failure) {
		Throwable cause = (failure instanceof CompletionException wrapped && wrapped.getCause() != null)
				? wrapped.getCause() : failure;
		return switch (cause) {
			case null -> new Fate.Stored();
			case InvalidEventException refusal -> new Fate.Refused(String.valueOf(refusal.getMessage()));
			case Throwable other -> new Fate.Failed(other);
		};
	}

}
