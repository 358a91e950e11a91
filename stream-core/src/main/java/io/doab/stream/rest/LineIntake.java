package io.doab.stream.rest;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.doab.stream.error.InvalidEventException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a body line by line, many lines under way at once, without holding the body in
 * memory. Lines that are wrong are counted and told; a backend that cannot store ends it
 * with 503, which tells how far it came.
 */
public final class LineIntake {

	private static final Logger logger = LoggerFactory.getLogger(LineIntake.class);

	private static final int MAX_ERRORS = 100;

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private final int maxLineBytes;

	private final int maxInFlight;

	private final Duration storeTimeout;

	public LineIntake(int maxLineBytes, int maxInFlight, Duration storeTimeout) {
		this.maxLineBytes = maxLineBytes;
		this.maxInFlight = maxInFlight;
		this.storeTimeout = storeTimeout;
	}

	/** What happens to one line. */
	@FunctionalInterface
	public interface LineHandler {

		/**
		 * Begins to store a line.
		 * @param number the line's number, from 1
		 * @throws RequestProblem when the line is wrong
		 */
		CompletableFuture<?> store(long number, byte[] line);

	}

	/**
	 * Takes all lines.
	 * @throws RequestProblem 503 when the backend cannot store
	 * @throws IOException when the client went away
	 */
	public LineSummary take(InputStream body, LineHandler handler) throws IOException {
		Run run = new Run();
		BoundedLines lines = new BoundedLines(body, this.maxLineBytes);
		for (BoundedLines.Line line = lines.next(); line != null; line = lines.next()) {
			if (line.isBlank()) {
				continue;
			}
			if (line.tooLarge()) {
				run.reject(line.number(), "is larger than " + this.maxLineBytes + " bytes");
				continue;
			}
			run.store(line, handler);
		}
		return run.finish();
	}

	/** One body. Belongs to the thread of its request. */
	private final class Run {

		private final Deque<Line> inFlight = new ArrayDeque<>();

		private final List<LineSummary.LineError> errors = new ArrayList<>();

		private long accepted;

		private long rejected;

		/**
		 * One line that fails in a way that nobody thought of is one line: the others are
		 * not its business. What the failure says may hold what the line says, so nobody
		 * is told.
		 */
		private void store(BoundedLines.Line line, LineHandler handler) {
			CompletableFuture<?> stored;
			try {
				stored = handler.store(line.number(), line.bytes());
			}
			catch (RequestProblem problem) {
				reject(line.number(), problem.summary());
				return;
			}
			catch (RuntimeException ex) {
				logger.debug("Line {} was rejected for {}", line.number(), ex.getClass().getName());
				reject(line.number(), "cannot be read");
				return;
			}
			add(line.number(), stored);
		}

		private void add(long number, CompletableFuture<?> stored) {
			this.inFlight.add(new Line(number, stored));
			if (this.inFlight.size() >= LineIntake.this.maxInFlight) {
				awaitFirst();
			}
		}

		private void reject(long number, String reason) {
			this.rejected++;
			if (this.errors.size() < MAX_ERRORS) {
				this.errors.add(new LineSummary.LineError(number, reason));
			}
		}

		private LineSummary finish() {
			while (!this.inFlight.isEmpty()) {
				awaitFirst();
			}
			this.errors.sort((one, other) -> Long.compare(one.line(), other.line()));
			return new LineSummary(this.accepted, this.rejected, List.copyOf(this.errors));
		}

		private void awaitFirst() {
			Line line = this.inFlight.remove();
			try {
				line.stored().get(LineIntake.this.storeTimeout.toMillis(), TimeUnit.MILLISECONDS);
				this.accepted++;
			}
			catch (ExecutionException ex) {
				if (!(ex.getCause() instanceof InvalidEventException invalid)) {
					throw unavailable(line);
				}
				reject(line.number(), String.valueOf(invalid.getMessage()));
			}
			catch (TimeoutException ex) {
				throw unavailable(line);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw unavailable(line);
			}
		}

		/**
		 * Some lines after this one may be stored as well: with an Idempotency-Key all
		 * can be sent again.
		 */
		private RequestProblem unavailable(Line line) {
			return RequestProblem.unavailable("The events from line " + line.number()
					+ " on are not known to be stored. Send them again after the time in Retry-After, or all of them "
					+ "with the same Idempotency-Key", RETRY_AFTER)
				.with("accepted", this.accepted)
				.with("rejected", this.rejected)
				.with("line", line.number());
		}

	}

	private record Line(long number, CompletableFuture<?> stored) {

	}

}
