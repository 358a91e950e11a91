package io.doab.stream.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.lettuce.core.output.CommandOutput;

import org.jspecify.annotations.Nullable;

/**
 * A commit as a transaction of plain commands, {@code MULTI} to {@code EXEC}. The server
 * applies it wholly, or not at all where a key that the connection watches was changed,
 * or where it refused one of the commands.
 *
 * <p>
 * What is not looked at before, as {@code commit.lua} does, is whether keys are of the
 * type that they have to be: that would be noticed within the transaction only.
 */
final class CommitTransaction {

	private static final byte[] MULTI = RedisLink.bytes("MULTI");

	private static final byte[] EXEC = RedisLink.bytes("EXEC");

	private static final byte[] XADD = RedisLink.bytes("XADD");

	private static final byte[] NEXT_ID = RedisLink.bytes("*");

	private static final byte[] COMMIT_NUMBER = RedisLink.bytes(RedisCheckpoints.COMMIT_NUMBER);

	/** The most words of one event that a script takes, and so no transaction either. */
	private static final int MAX_WORDS = 7_000;

	private final CommandBatch batch = new CommandBatch();

	private final Queueing queueing = new Queueing();

	private final Outcome outcome;

	CommitTransaction(CommitContents commit) {
		this.batch.add(this.queueing, MULTI);
		addOutputs(commit);
		commit.states().forEach((state) -> {
			byte[] key = RedisLink.bytes(state.key());
			addUnlessEmpty("HSET", key, state.puts());
			addUnlessEmpty("HDEL", key, state.removals());
		});
		byte[] timers = RedisLink.bytes(commit.timersKey());
		addUnlessEmpty("ZADD", timers, commit.timersSet());
		addUnlessEmpty("ZREM", timers, commit.timersCleared());
		List<byte[]> checkpoint = new ArrayList<>(List.of(COMMIT_NUMBER, RedisLink.bytes(commit.number())));
		commit.inputs().forEach((input) -> checkpoint.addAll(List.of(input.stream(), input.checkpoint())));
		add("HSET", RedisLink.bytes(commit.checkpointKey()), checkpoint);
		add("PEXPIRE", RedisLink.bytes(commit.leaseKey()), List.of(RedisLink.bytes(commit.leaseMillis())));
		int needed = this.batch.size() - 1;
		// Shows position and lag to every Redis tool, and may fail.
		byte[] group = RedisLink.bytes(commit.group());
		commit.inputs()
			.forEach((input) -> add("XGROUP", RedisLink.bytes("SETID"), List.of(RedisLink.bytes(input.key()), group,
					input.prefix(), RedisLink.bytes("ENTRIESREAD"), input.entries())));
		this.outcome = new Outcome(this.batch.size() - 1, needed);
		this.batch.add(this.outcome, EXEC);
	}

	/** Whether it can be one: what a script refuses is refused, however it is sent. */
	static boolean takes(CommitContents commit) {
		return commit.outputs().stream().allMatch((output) -> output.words().size() <= MAX_WORDS);
	}

	/** From {@code MULTI} to {@code EXEC}; more may be added behind that. */
	CommandBatch batch() {
		return this.batch;
	}

	/** Whether it is known to be applied. */
	boolean isApplied() {
		return this.outcome.executed && this.outcome.replies == this.outcome.queued;
	}

	/** What kept a command from being applied with the others, if anything did. */
	@Nullable String defect() {
		return this.outcome.defect;
	}

	/** Why all of it was refused, if it was. */
	@Nullable String refusal() {
		String ofAll = this.outcome.refusal;
		return (this.queueing.refusal != null || ofAll == null) ? this.queueing.refusal
				: ofAll.replaceFirst("^EXECABORT [^:]*: ", "");
	}

	private void addOutputs(CommitContents commit) {
		List<byte[][]> beginnings = commit.outputKeys()
			.stream()
			.map((key) -> new byte[][] { XADD, RedisLink.bytes(key), NEXT_ID })
			.toList();
		commit.outputs()
			.forEach((output) -> this.batch.add(this.queueing, beginnings.get(output.place()), output.words()));
	}

	private void add(String command, byte[] key, List<byte[]> words) {
		this.batch.add(this.queueing, new byte[][] { RedisLink.bytes(command), key }, words);
	}

	private void addUnlessEmpty(String command, byte[] key, List<byte[]> words) {
		if (!words.isEmpty()) {
			add(command, key, words);
		}
	}

	private static String text(ByteBuffer bytes) {
		return StandardCharsets.UTF_8.decode(bytes).toString();
	}

	/** The replies of what is queued, of which the first error counts. */
	private static final class Queueing extends CommandOutput<String, byte[], Void> {

		private @Nullable String refusal;

		private Queueing() {
			super(TextKeyCodec.INSTANCE, null);
		}

		@Override
		public void set(ByteBuffer bytes) {
			// QUEUED
		}

		@Override
		public void set(long integer) {
			// Of one that is not queued.
		}

		@Override
		public void setError(ByteBuffer error) {
			if (this.refusal == null) {
				this.refusal = text(error);
			}
		}

		@Override
		public void setError(String error) {
			// Whoever waits for the last of the commands is told.
		}

	}

	/** The reply of {@code EXEC}: refused, dropped, or a reply of each command. */
	private static final class Outcome extends CommandOutput<String, byte[], Void> {

		/** How many commands there are between {@code MULTI} and {@code EXEC}. */
		private final int queued;

		/** Of how many, from the first, the replies have to be good. */
		private final int needed;

		private boolean executed;

		private int replies;

		private @Nullable String defect;

		private @Nullable String refusal;

		private Outcome(int queued, int needed) {
			super(TextKeyCodec.INSTANCE, null);
			this.queued = queued;
			this.needed = needed;
		}

		@Override
		public void multi(int count) {
			// It is -1 when what is watched was changed.
			this.executed = count >= 0;
			if (this.executed && count != this.queued) {
				this.defect = "it executed " + count + " commands of " + this.queued;
			}
		}

		@Override
		public void set(ByteBuffer bytes) {
			this.replies++;
		}

		@Override
		public void set(long integer) {
			this.replies++;
		}

		@Override
		public void setError(ByteBuffer error) {
			if (!this.executed) {
				this.refusal = text(error);
			}
			else if (this.replies++ < this.needed) {
				this.defect = text(error);
			}
		}

		@Override
		public void setError(String error) {
			// Whoever waits for the last of the commands is told.
		}

	}

}
