package io.doab.stream.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

import io.doab.stream.Position;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.Append;

/**
 * Delivery at least once: what a handler emitted is appended by itself, before its event
 * is acknowledged.
 */
final class PlainOutputs {

	private final Function<Append, CompletableFuture<Position>> log;

	/**
	 * Creates it.
	 * @param log appends an event, outside of any commit
	 */
	PlainOutputs(Function<Append, CompletableFuture<Position>> log) {
		this.log = log;
	}

	/**
	 * Appends what was emitted, and waits until it is stored. It is no effect then.
	 * @throws NotStoredException when the backend could not do it for now
	 */
	void append(Effects effects) throws NotStoredException, InterruptedException {
		List<CompletableFuture<?>> stored = effects.appends.stream()
			.<CompletableFuture<?>>map((Append append) -> this.log.apply(append))
			.toList();
		try {
			CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).get();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RetriableException passing) {
				throw new NotStoredException(passing);
			}
			if (ex.getCause() instanceof StreamException known) {
				throw known;
			}
			throw new IllegalStateException(ex.getCause());
		}
		effects.appends.clear();
	}

	/** What a handler emitted is not known to be stored: it is to run again. */
	static final class NotStoredException extends Exception {

		private static final long serialVersionUID = 1L;

		NotStoredException(RetriableException cause) {
			super("What was emitted could not be stored: " + cause.getMessage(), cause);
		}

	}

}
