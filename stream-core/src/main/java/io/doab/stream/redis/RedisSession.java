package io.doab.stream.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.doab.stream.error.RetriableException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;

/**
 * Connections to one run of one server, from when they are made until one of them ends.
 * Safe for use by many threads, but for the blocking connection, which is for one.
 */
final class RedisSession implements AutoCloseable {

	private final StatefulRedisConnection<String, byte[]> connection;

	private final StatefulRedisConnection<String, byte[]> blocking;

	private final String runId;

	private final Duration timeout;

	private final AtomicBoolean closed = new AtomicBoolean();

	RedisSession(StatefulRedisConnection<String, byte[]> connection, StatefulRedisConnection<String, byte[]> blocking,
			String runId, Duration timeout) {
		this.connection = connection;
		this.blocking = blocking;
		this.runId = runId;
		this.timeout = timeout;
	}

	/** Changes with every start of a server, and differs between master and replica. */
	String runId() {
		return this.runId;
	}

	boolean isOpen() {
		return !this.closed.get() && this.connection.isOpen() && this.blocking.isOpen();
	}

	RedisAsyncCommands<String, byte[]> commands() {
		return this.connection.async();
	}

	/** For a command that waits at the server. */
	RedisAsyncCommands<String, byte[]> blockingCommands() {
		return this.blocking.async();
	}

	/** Runs a script; sends its text when the server does not know it. */
	<T> CompletableFuture<T> run(RedisScript script, ScriptOutputType type, String[] keys, byte[]... arguments) {
		CompletableFuture<T> first = this.commands()
			.<T>evalsha(script.digest(), type, keys, arguments)
			.toCompletableFuture();
		return first.exceptionallyCompose((failure) -> {
			Throwable cause = RedisFailures.unwrap(failure);
			if (!RedisFailures.isMissingScript(cause)) {
				return CompletableFuture.failedFuture(cause);
			}
			return commands().<T>eval(script.text(), type, keys, arguments).toCompletableFuture();
		});
	}

	/**
	 * Waits for an answer.
	 * @param patience how long the answer may take beyond the usual
	 * @throws io.doab.stream.error.StreamException as the failure is to be understood
	 */
	<T> T await(String operation, CompletionStage<T> answer, Duration patience) {
		try {
			return answer.toCompletableFuture()
				.get(this.timeout.plus(patience).toMillis() + 500, TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			if (RedisFailures.endsSession(RedisFailures.unwrap(ex))) {
				close();
			}
			throw RedisFailures.translate(operation, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RetriableException("Interrupted: " + operation, ex);
		}
	}

	<T> T await(String operation, CompletionStage<T> answer) {
		return await(operation, answer, Duration.ZERO);
	}

	/** Ends both connections: nothing that is under way will be known. */
	@Override
	public void close() {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		var _ = this.connection.closeAsync();
		var _ = this.blocking.closeAsync();
	}

}
