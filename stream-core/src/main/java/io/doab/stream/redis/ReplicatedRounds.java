package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.doab.stream.error.UnconfirmedException;
import io.doab.stream.error.UnconfirmedException.Known;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;

import org.jspecify.annotations.Nullable;

/**
 * A connection on which commands go in rounds: all that gathered, then one {@code WAIT}.
 * It covers them, because it waits for the writes of its own connection; and what is sent
 * while it waits would wait behind it, so it gathers for the next round.
 */
final class ReplicatedRounds implements AutoCloseable {

	private final RedisSession session;

	private final StatefulRedisConnection<String, byte[]> connection;

	private final int replicas;

	private final long waitMillis;

	private List<Entry<?>> gathered = new ArrayList<>();

	private boolean underWay;

	/** Connects. Blocks. */
	ReplicatedRounds(RedisSession session, int replicas, long waitMillis) {
		this.session = session;
		this.connection = session.open();
		this.replicas = replicas;
		this.waitMillis = waitMillis;
	}

	<T> CompletableFuture<T> add(Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
		Entry<T> entry = new Entry<>(command);
		synchronized (this) {
			this.gathered.add(entry);
			if (this.underWay) {
				return entry.done;
			}
			this.underWay = true;
		}
		begin();
		return entry.done;
	}

	private void begin() {
		List<Entry<?>> round;
		synchronized (this) {
			round = this.gathered;
			this.gathered = new ArrayList<>();
		}
		RedisAsyncCommands<String, byte[]> commands = this.connection.async();
		round.forEach((entry) -> entry.send(commands));
		var _ = commands.waitForReplication(this.replicas, this.waitMillis).whenComplete((reached, failure) -> {
			if (failure != null) {
				this.session.failed(failure);
			}
			round.forEach((entry) -> entry.end(shortfall(reached, failure)));
			if (hasNext()) {
				begin();
			}
		});
	}

	private synchronized boolean hasNext() {
		this.underWay = !this.gathered.isEmpty();
		return this.underWay;
	}

	/** Why what is stored does not count as done, or null when it does. */
	private @Nullable UnconfirmedException shortfall(@Nullable Long reached, @Nullable Throwable failure) {
		if (failure != null) {
			return new UnconfirmedException(Known.STORED_BY_LEADER,
					"Redis did not say how many replicas have it (" + failure.getMessage() + ")", failure);
		}
		return (reached != null && reached >= this.replicas) ? null
				: new UnconfirmedException(Known.STORED_BY_LEADER, reached + " of " + this.replicas
						+ " replicas of Redis said within " + this.waitMillis + " ms that they have it", null);
	}

	@Override
	public void close() {
		this.session.close(this.connection);
	}

	private static final class Entry<T> {

		private final Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command;

		private final CompletableFuture<T> done = new CompletableFuture<>();

		private CompletionStage<T> reply = CompletableFuture.failedStage(new IllegalStateException("Not sent"));

		private Entry(Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
			this.command = command;
		}

		private void send(RedisAsyncCommands<String, byte[]> commands) {
			this.reply = this.command.apply(commands);
		}

		/** Its reply came before that of the {@code WAIT}, if it comes. */
		private void end(@Nullable UnconfirmedException shortfall) {
			var _ = this.reply.whenComplete((value, failure) -> {
				if (failure != null) {
					this.done.completeExceptionally(failure);
				}
				else if (shortfall != null) {
					this.done.completeExceptionally(shortfall);
				}
				else {
					this.done.complete(value);
				}
			});
		}

	}

}
