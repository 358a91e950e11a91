package io.doab.stream.redis;

import java.util.List;

import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.tracing.TraceContext;
import io.lettuce.core.tracing.TraceContextProvider;
import io.netty.buffer.ByteBuf;

/**
 * A command of words that are bytes already, one of a batch. Nobody waits for it but for
 * the batch, so it has no timeout of its own ({@link OwnClientConfiguration}), and no
 * span.
 *
 * @param <T> what its reply is
 */
final class WordsCommand<T> extends Command<String, byte[], T> implements TraceContextProvider {

	private static final byte[] LINE_END = { '\r', '\n' };

	/**
	 * The client keeps accounts of transactions, and keeps their replies, by the names of
	 * commands. Of these it knows none: whoever sends them does that.
	 */
	private static final ProtocolKeyword UNKNOWN = new ProtocolKeyword() {
		@Override
		public byte[] getBytes() {
			return new byte[0];
		}

		@Override
		public String toString() {
			return "command of a commit";
		}
	};

	private final CommandBatch batch;

	private final byte[][] first;

	private final List<byte[]> rest;

	WordsCommand(CommandBatch batch, CommandOutput<String, byte[], T> output, byte[][] first, List<byte[]> rest) {
		super(UNKNOWN, output);
		this.batch = batch;
		this.first = first;
		this.rest = rest;
	}

	/**
	 * Writes it.
	 * @throws IllegalStateException when another of the batch was given up, which has the
	 * client close the connection
	 */
	@Override
	public void encode(ByteBuf out) {
		if (this.batch.isGivenUp()) {
			throw new IllegalStateException("Another command of its batch is not sent");
		}
		line('*', this.first.length + this.rest.size(), out);
		for (byte[] word : this.first) {
			word(word, out);
		}
		for (byte[] word : this.rest) {
			word(word, out);
		}
	}

	private static void word(byte[] word, ByteBuf out) {
		line('$', word.length, out);
		out.writeBytes(word).writeBytes(LINE_END);
	}

	private static void line(char type, int count, ByteBuf out) {
		out.writeByte(type).writeBytes(RedisLink.bytes(count)).writeBytes(LINE_END);
	}

	@Override
	public boolean completeExceptionally(Throwable throwable) {
		this.batch.giveUp();
		return super.completeExceptionally(throwable);
	}

	@Override
	public void cancel() {
		this.batch.giveUp();
		super.cancel();
	}

	@Override
	@SuppressWarnings("NullAway") // none, to the client
	public TraceContext getTraceContext() {
		return null;
	}

}
