package io.doab.stream.redis;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.doab.stream.Position;
import io.doab.stream.error.StreamException;
import io.doab.stream.error.UnconfirmedException;
import io.doab.stream.error.UnconfirmedException.Known;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.Appender;

import org.jspecify.annotations.Nullable;

/**
 * Sends each event once, an {@code XADD} each. Whatever becomes of it, it is not tried
 * again here: a later event could be stored before.
 */
final class OnceAppender implements Appender {

	private final AppendRoute route;

	private final Duration timeout;

	/** Whether it is shorter than the client's own, which ends the connection. */
	private final boolean early;

	OnceAppender(AppendRoute route, Duration timeout, Duration commandTimeout) {
		this.route = route;
		this.timeout = timeout;
		this.early = timeout.compareTo(commandTimeout) < 0;
	}

	@Override
	public CompletableFuture<@Nullable Position> append(Append append) {
		String key = RedisKeys.stream(append.target());
		Map<String, byte[]> fields = RedisEntries.fields(append.event());
		CompletableFuture<String> reply;
		try {
			this.route.open(key);
			reply = this.route.send(key, (commands) -> commands.xadd(key, fields));
		}
		catch (StreamException ex) {
			return CompletableFuture
				.failedFuture(new UnconfirmedException(Known.NOT_STORED, String.valueOf(ex.getMessage()), ex));
		}
		CompletableFuture<String> limited = this.early
				? reply.copy().orTimeout(this.timeout.toMillis(), TimeUnit.MILLISECONDS) : reply;
		return limited.handle((id, failure) -> {
			if (failure == null) {
				return Position.parse(id);
			}
			throw RedisAppenders.failure("append to " + append.target(), failure);
		});
	}

	@Override
	public void verify() {
		this.route.verify();
	}

	@Override
	public void close() {
		this.route.close();
	}

}
