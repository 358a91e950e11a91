package io.doab.stream.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.lettuce.core.api.async.RedisAsyncCommands;

/**
 * What the master has replied to is done. Over the connection that everybody shares.
 */
final class LeaderRoute implements AppendRoute {

	private final RedisNodes nodes;

	LeaderRoute(RedisNodes nodes) {
		this.nodes = nodes;
	}

	@Override
	public void open(String key) {
		var _ = this.nodes.session(key);
	}

	@Override
	public <T> CompletableFuture<T> send(String key,
			Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
		RedisSession session = this.nodes.current(key);
		if (session == null) {
			throw AppendRoute.notConnected();
		}
		CompletableFuture<T> reply = command.apply(session.commands()).toCompletableFuture();
		var _ = reply.exceptionally((failure) -> {
			session.failed(failure);
			return null;
		});
		return reply;
	}

	@Override
	public void verify() {
		// There is nothing that a server could lack.
	}

	@Override
	public void close() {
		// The connection is not its own.
	}

}
