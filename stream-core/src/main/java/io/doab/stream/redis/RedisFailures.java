package io.doab.stream.redis;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;

/**
 * What a failure of the client or the server means for the caller.
 */
final class RedisFailures {

	private RedisFailures() {
	}

	static Throwable unwrap(Throwable failure) {
		Throwable inner = failure;
		while ((inner instanceof CompletionException || inner instanceof ExecutionException)
				&& inner.getCause() != null) {
			inner = inner.getCause();
		}
		return inner;
	}

	/**
	 * Whether the server itself refused the command, so that its outcome is known: not
	 * applied.
	 */
	static boolean isRefusal(Throwable failure) {
		return failure instanceof RedisCommandExecutionException;
	}

	/**
	 * Whether a refusal may pass: memory is full, a replica was met, the server loads.
	 */
	static boolean isPassing(Throwable refusal) {
		String message = String.valueOf(refusal.getMessage());
		return startsWithAny(message, "OOM", "NOSCRIPT", "LOADING", "BUSY ", "READONLY", "TRYAGAIN", "CLUSTERDOWN",
				"MASTERDOWN", "MISCONF", "NOREPLICAS", "MOVED ", "ASK ", "UNBLOCKED");
	}

	static boolean isMissingScript(Throwable refusal) {
		return String.valueOf(refusal.getMessage()).startsWith("NOSCRIPT");
	}

	/** The exception to give to the caller of an operation that failed. */
	static StreamException translate(String operation, Throwable failure) {
		Throwable cause = unwrap(failure);
		return switch (cause) {
			case StreamException known -> known;
			case RedisCommandTimeoutException ex ->
				new RetriableException("Redis did not answer in time: " + operation, ex);
			case RedisCommandExecutionException ex when isPassing(ex) ->
				new RetriableException("Redis refuses for now: " + operation + ": " + ex.getMessage(), ex);
			case RedisCommandExecutionException ex ->
				new FatalStreamException("Redis refuses: " + operation + ": " + ex.getMessage(), ex);
			case RedisException ex ->
				new RetriableException("No connection to Redis: " + operation + ": " + ex.getMessage(), ex);
			case TimeoutException ex -> new RetriableException("Redis did not answer in time: " + operation, ex);
			case CancellationException ex -> new RetriableException("The connection to Redis ended: " + operation, ex);
			default -> new RetriableException(operation + " failed: " + cause, cause);
		};
	}

	private static boolean startsWithAny(String message, String... beginnings) {
		for (String beginning : beginnings) {
			if (message.startsWith(beginning)) {
				return true;
			}
		}
		return false;
	}

}
