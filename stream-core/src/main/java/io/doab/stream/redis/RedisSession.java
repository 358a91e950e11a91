package io.doab.stream.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.doab.stream.error.RetriableException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.protocol.RedisCommand;

/**
 * Connections to one run of one server, from when they are made until one of them ends:
 * then all of them end, but for those that somebody can do without. Safe for use by many
 * threads.
 */
final class RedisSession implements AutoCloseable {

	private final RedisClient client;

	private final StatefulRedisConnection<String, byte[]> connection;

	private final String runId;

	private final Duration timeout;

	private final Runnable whenMoved;

	/** For reading and listening, each to be had by one user. */
	private final List<StatefulConnection<String, byte[]>> others = new CopyOnWriteArrayList<>();

	/** Whose end ends nothing else. */
	private final List<StatefulConnection<String, byte[]>> apart = new CopyOnWriteArrayList<>();

	private final AtomicBoolean closed = new AtomicBoolean();

	/**
	 * Creates a session.
	 * @param whenMoved told when the server says that something is another server's
	 */
	RedisSession(RedisClient client, StatefulRedisConnection<String, byte[]> connection, String runId, Duration timeout,
			Runnable whenMoved) {
		this.client = client;
		this.connection = connection;
		this.runId = runId;
		this.timeout = timeout;
		this.whenMoved = whenMoved;
	}

	/** Changes with every start of a server, and when it leads after it has followed. */
	String runId() {
		return this.runId;
	}

	boolean isOpen() {
		return !this.closed.get() && this.connection.isOpen()
				&& this.others.stream().allMatch(StatefulConnection::isOpen);
	}

	RedisAsyncCommands<String, byte[]> commands() {
		return this.connection.async();
	}

	/** Sends a command that was made by hand. */
	void dispatch(RedisCommand<String, byte[], ?> command) {
		var _ = this.connection.dispatch(command);
	}

	/**
	 * Opens another connection to the same run of the server, for commands that wait
	 * there. Blocks.
	 * @throws RetriableException when it leads elsewhere, which ends the session
	 */
	StatefulRedisConnection<String, byte[]> open() {
		StatefulRedisConnection<String, byte[]> opened = connect(() -> this.client.connect(TextKeyCodec.INSTANCE),
				this.others);
		try {
			String found = RedisLink.runId(await("look at the server", opened.async().info("server"))
					+ await("look at the server", opened.async().info("replication")));
			if (!found.equals(this.runId)) {
				close();
				throw new RetriableException("Redis changed while connecting", null);
			}
			return opened;
		}
		catch (RuntimeException ex) {
			close(opened);
			throw ex;
		}
	}

	/**
	 * Opens another connection to the same run of the server, for one who can do without
	 * it. Blocks.
	 * @throws RetriableException when it leads elsewhere
	 * @throws RedisException when it does not answer
	 */
	StatefulRedisConnection<String, byte[]> openApart() {
		StatefulRedisConnection<String, byte[]> opened = connect(() -> this.client.connect(TextKeyCodec.INSTANCE),
				this.apart);
		try {
			if (!RedisLink.runId(opened.sync().info("server") + opened.sync().info("replication")).equals(this.runId)) {
				throw new RetriableException("Redis changed while connecting", null);
			}
			return opened;
		}
		catch (RuntimeException ex) {
			close(opened);
			throw ex;
		}
	}

	/** Listens to a channel on a connection of its own. Blocks until it does. */
	void listen(String channel, Consumer<String> listener) {
		StatefulRedisPubSubConnection<String, byte[]> opened = connect(
				() -> this.client.connectPubSub(TextKeyCodec.INSTANCE), this.others);
		opened.addListener(new RedisPubSubAdapter<String, byte[]>() {
			@Override
			public void message(String from, byte[] message) {
				listener.accept(RedisLink.text(message));
			}
		});
		try {
			await("listen to " + channel, opened.async().subscribe(channel));
		}
		catch (RuntimeException ex) {
			close(opened);
			throw ex;
		}
	}

	private <C extends StatefulConnection<String, byte[]>> C connect(Supplier<C> connector,
			List<StatefulConnection<String, byte[]>> among) {
		try {
			C opened = connector.get();
			among.add(opened);
			if (this.closed.get()) {
				var _ = opened.closeAsync();
			}
			return opened;
		}
		catch (RuntimeException ex) {
			throw RedisFailures.translate("connect once more", ex);
		}
	}

	/** Ends a connection that it opened; the session goes on. */
	void close(StatefulConnection<String, byte[]> opened) {
		if (this.others.remove(opened) || this.apart.remove(opened)) {
			var _ = opened.closeAsync();
		}
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
	 * @throws io.doab.stream.error.StreamException as the failure is to be understood
	 */
	<T> T await(String operation, CompletionStage<T> answer) {
		try {
			return answer.toCompletableFuture().get(this.timeout.toMillis() + 500, TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException | TimeoutException | CancellationException ex) {
			failed(ex);
			throw RedisFailures.translate(operation, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RetriableException("Interrupted: " + operation, ex);
		}
	}

	/** Draws the consequences of a failure for this session. */
	void failed(Throwable failure) {
		Throwable cause = RedisFailures.unwrap(failure);
		if (RedisFailures.isMoved(cause)) {
			this.whenMoved.run();
		}
		if (RedisFailures.endsSession(cause)) {
			close();
		}
	}

	/** Ends all connections: nothing that is under way will be known. */
	@Override
	public void close() {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		var _ = this.connection.closeAsync();
		List.copyOf(this.others).forEach(this::close);
		List.copyOf(this.apart).forEach(this::close);
	}

}
