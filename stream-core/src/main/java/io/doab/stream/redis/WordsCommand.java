package io.doab.stream.redis;

import java.util.List;

import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.netty.buffer.ByteBuf;

/**
 * A command of words that are bytes already. One of many that go to the server together:
 * nobody waits for it, so it has no timeout of its own ({@link OwnClientConfiguration}).
 *
 * @param <T> what its reply is
 */
final class WordsCommand<T> extends Command<String, byte[], T> {

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

	private final byte[][] first;

	private final List<byte[]> rest;

	private WordsCommand(CommandOutput<String, byte[], T> output, byte[][] first, List<byte[]> rest) {
		super(UNKNOWN, output);
		this.first = first;
		this.rest = rest;
	}

	/** A command of words of which the first are those of others as well. */
	static <T> WordsCommand<T> of(CommandOutput<String, byte[], T> output, byte[][] first, List<byte[]> rest) {
		return new WordsCommand<>(output, first, rest);
	}

	static <T> WordsCommand<T> of(CommandOutput<String, byte[], T> output, byte[]... words) {
		return new WordsCommand<>(output, words, List.of());
	}

	@Override
	public void encode(ByteBuf out) {
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

}
