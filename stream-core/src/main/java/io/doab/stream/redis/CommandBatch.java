package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.List;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.RedisCommand;

/**
 * Commands that go to the server in one write, with nothing between them, as a whole or
 * not at all. Filled and sent by one thread.
 */
final class CommandBatch {

	private final List<RedisCommand<String, byte[], ?>> commands = new ArrayList<>();

	/** Set by whichever thread gives up one of them. */
	private volatile boolean broken;

	/** Adds a command whose reply is that of one of many. */
	void add(CommandOutput<String, byte[], ?> output, byte[]... words) {
		add(output, words, List.of());
	}

	/** Adds a command whose first words are those of others as well. */
	void add(CommandOutput<String, byte[], ?> output, byte[][] first, List<byte[]> rest) {
		this.commands.add(new WordsCommand<>(this, output, first, rest));
	}

	/**
	 * Adds the last command: its reply is waited for, and those of all before it are
	 * there then.
	 */
	<T> AsyncCommand<String, byte[], T> addLast(CommandOutput<String, byte[], T> output, byte[]... words) {
		AsyncCommand<String, byte[], T> last = new AsyncCommand<>(new WordsCommand<>(this, output, words, List.of()));
		this.commands.add(last);
		return last;
	}

	int size() {
		return this.commands.size();
	}

	/** In the order in which they are sent. */
	List<RedisCommand<String, byte[], ?>> commands() {
		return this.commands;
	}

	/**
	 * Sends it.
	 * @param to does not flush by itself
	 */
	void send(StatefulRedisConnection<String, byte[]> to) {
		var _ = to.dispatch(this.commands);
		to.flushCommands();
	}

	/**
	 * One of them is not sent, and so no other may be: without it they would do something
	 * else.
	 */
	void giveUp() {
		this.broken = true;
	}

	boolean isGivenUp() {
		return this.broken;
	}

}
