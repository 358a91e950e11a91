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

	/** Causes may form a ring. */
	private static final int MAX_CAUSES = 20;

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
		return isAnyOf(refusal, "OOM", "NOSCRIPT", "LOADING", "BUSY ", "READONLY", "TRYAGAIN", "CLUSTERDOWN",
				"MASTERDOWN", "MISCONF", "NOREPLICAS", "MOVED ", "ASK ", "UNBLOCKED");
	}

	/**
	 * Whether nothing good can come of this connection any more: it is broken, its
	 * answers are late, or the server that it leads to is no master any more.
	 */
	static boolean endsSession(Throwable failure) {
		return !isRefusal(failure) || isAnyOf(failure, "READONLY", "MASTERDOWN", "UNBLOCKED");
	}

	/**
	 * Whether a refusal passes by itself, mostly within a moment: to ask again is better
	 * than to tell.
	 */
	static boolean isBrief(Throwable refusal) {
		return isPassing(refusal) && !isAnyOf(refusal, "OOM", "MISCONF", "NOREPLICAS");
	}

	/** Whether the key is on another server. */
	static boolean isMoved(Throwable failure) {
		return isRefusal(failure) && isAnyOf(failure, "MOVED ", "ASK ", "CLUSTERDOWN");
	}

	/** A script is told in words of its own that it may not run a command. */
	static boolean isForbidden(Throwable refusal) {
		return isAnyOf(refusal, "NOPERM", "ERR The user executing the script can't");
	}

	/** Whether a consumer group is not there (any more). */
	static boolean isMissingGroup(Throwable failure) {
		Throwable cause = unwrap(failure);
		return isRefusal(cause) && isAnyOf(cause, "NOGROUP");
	}

	static boolean isMissingScript(Throwable refusal) {
		return String.valueOf(refusal.getMessage()).startsWith("NOSCRIPT");
	}

	/**
	 * What a failure comes down to: a client says that it could not connect, and only its
	 * cause says why.
	 */
	static String reason(Throwable failure) {
		Throwable innermost = unwrap(failure);
		String message = String.valueOf(innermost.getMessage());
		for (int depth = 0; innermost.getCause() != null && depth < MAX_CAUSES; depth++) {
			innermost = innermost.getCause();
		}
		String root = String.valueOf(innermost.getMessage());
		return message.contains(root) ? message : message + ": " + root;
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
			case RedisCommandExecutionException ex when isForbidden(ex) ->
				new FatalStreamException("Redis does not let this user do it: " + operation + ": " + ex.getMessage()
						+ ". docs/redis-acl.md lists the rights that it needs", ex);
			case RedisCommandExecutionException ex ->
				new FatalStreamException("Redis refuses: " + operation + ": " + ex.getMessage(), ex);
			case RedisException ex ->
				new RetriableException("No connection to Redis: " + operation + ": " + reason(ex), ex);
			case TimeoutException ex -> new RetriableException("Redis did not answer in time: " + operation, ex);
			case CancellationException ex -> new RetriableException("The connection to Redis ended: " + operation, ex);
			default -> new RetriableException(operation + " failed: " + cause, cause);
		};
	}

	/** By the first word; what a script met, Redis 6.2 tells after words of its own. */
	private static boolean isAnyOf(Throwable refusal, String... codes) {
		String message = String.valueOf(refusal.getMessage());
		boolean ofScript = message.startsWith("ERR Error running script");
		for (String code : codes) {
			if (message.startsWith(code) || (ofScript && message.contains(" " + code))) {
				return true;
			}
		}
		return false;
	}

}
