package io.doab.stream.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.UnconfirmedException;
import io.lettuce.core.api.async.RedisAsyncCommands;

/**
 * A way to a server that has a key, and what counts as done there. Safe for use by many
 * threads.
 */
interface AppendRoute extends AutoCloseable {

	/**
	 * Connects, where there is no connection. Blocks, so it is not for threads of the
	 * client.
	 * @throws RetriableException when there is none
	 */
	void open(String key);

	/**
	 * Sends a command that writes, over the connection that there is, and waits for
	 * nothing. Those that one thread sends for one key are applied in that order.
	 * @return the reply, once it is as safe as was asked for; fails with
	 * {@link UnconfirmedException} when the reply came and that is not known
	 * @throws RetriableException when there is no connection: nothing was sent
	 */
	<T> CompletableFuture<T> send(String key, Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command);

	/**
	 * Looks whether it can be as safe as was asked for. Blocks.
	 * @throws FatalStreamException when it cannot
	 */
	void verify();

	@Override
	void close();

	/** What {@link #send} throws. */
	static RetriableException notConnected() {
		return new RetriableException("Not connected to Redis", null);
	}

}
