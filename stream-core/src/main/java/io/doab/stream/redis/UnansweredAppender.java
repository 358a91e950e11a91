package io.doab.stream.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.doab.stream.Position;
import io.doab.stream.error.StreamException;
import io.doab.stream.error.UnconfirmedException;
import io.doab.stream.error.UnconfirmedException.Known;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.Appender;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes an event for done when it was written to the connection; whoever waits for that
 * is held back while very many are unanswered. What the server says of it is counted in
 * the log at most.
 */
final class UnansweredAppender implements Appender {

	private static final Logger logger = LoggerFactory.getLogger(UnansweredAppender.class);

	private static final int MAX_UNANSWERED = 10_000;

	private static final RedisCodec<String, byte[]> CODEC = TextKeyCodec.INSTANCE;

	private final RedisNodes nodes;

	private final AtomicInteger unanswered = new AtomicInteger();

	private final AtomicLong failures = new AtomicLong();

	UnansweredAppender(RedisNodes nodes) {
		this.nodes = nodes;
	}

	@Override
	public CompletableFuture<@Nullable Position> append(Append append) {
		String key = RedisKeys.stream(append.target());
		CompletableFuture<@Nullable Position> written = new CompletableFuture<>();
		boolean many = this.unanswered.incrementAndGet() > MAX_UNANSWERED;
		try {
			RedisSession session = this.nodes.session(key);
			AsyncCommand<String, byte[], String> command = new AsyncCommand<>(new Written(append, () -> {
				if (!many) {
					written.complete(null);
				}
			}));
			session.dispatch(command);
			var _ = command.whenComplete((id, failure) -> {
				this.unanswered.decrementAndGet();
				if (failure != null) {
					session.failed(failure);
					note(append, failure);
				}
				if (failure != null && !written.isDone()) {
					written.completeExceptionally(RedisAppenders.failure("append to " + append.target(), failure));
				}
				else {
					written.complete(null);
				}
			});
		}
		catch (StreamException ex) {
			this.unanswered.decrementAndGet();
			written
				.completeExceptionally(new UnconfirmedException(Known.NOT_STORED, String.valueOf(ex.getMessage()), ex));
		}
		return written;
	}

	/** The first, then each time their number has doubled. */
	private void note(Append append, Throwable failure) {
		long count = this.failures.incrementAndGet();
		if (Long.bitCount(count) == 1) {
			logger.warn(
					"Events that were published without acknowledgement did not arrive, {} so far, the last to {}: {}",
					count, append.target(), failure.toString());
		}
	}

	@Override
	public void verify() {
		// There is nothing that a server could lack.
	}

	@Override
	public void close() {
		// What was written is on its way.
	}

	/** An {@code XADD} that tells when it was encoded, which the write follows. */
	private static final class Written extends Command<String, byte[], String> {

		private final Runnable then;

		private Written(Append append, Runnable then) {
			super(CommandType.XADD, new StatusOutput<>(CODEC), words(append));
			this.then = then;
		}

		private static CommandArgs<String, byte[]> words(Append append) {
			CommandArgs<String, byte[]> words = new CommandArgs<>(CODEC).addKey(RedisKeys.stream(append.target()))
				.add("*");
			RedisEntries.fields(append.event()).forEach((name, value) -> words.addKey(name).addValue(value));
			return words;
		}

		@Override
		public void encode(ByteBuf buffer) {
			super.encode(buffer);
			this.then.run();
		}

	}

}
