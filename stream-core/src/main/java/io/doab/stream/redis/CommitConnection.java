package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.StreamException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.output.ByteArrayOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.RedisCommand;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies commits of one lease as transactions, which cost the server a third less than
 * the script: it need not make texts of Lua's of what it was sent, and words of commands
 * again of those.
 *
 * <p>
 * <b>What fences it.</b> A transaction cannot ask who owns the partition. So the
 * connection watches the lease and the checkpoint, and is told then what they hold. Only
 * if that is this lease, after the last commit of it, is the next sent as a transaction,
 * and the server drops it if either was changed or ran out since. Behind each transaction
 * is sent what watches for the next. So a connection is one lease's alone, for
 * {@code EXEC} ends what is watched, whoever watches it.
 *
 * <p>
 * <b>When the script does it.</b> The first commits of a lease, and those to keys that no
 * script has looked at yet: it alone sees before it writes whether they are of the right
 * type. Each that was not applied here: it alone tells why. Each that is sent again. All,
 * where the server does not let transactions be or no connection is to be had.
 *
 * <p>
 * Used by one thread at a time, as there is one commit under way; {@link #end} by any.
 */
final class CommitConnection {

	private static final Logger logger = LoggerFactory.getLogger(CommitConnection.class);

	/** Of which the script applies the first; one that commits less is not worth it. */
	private static final int COMMITS_BEFORE = 4;

	private static final byte[][] UNWATCH = { RedisLink.bytes("UNWATCH") };

	private final RedisSession session;

	private final Semaphore connections;

	private final byte[][] watch;

	private final byte[][] holder;

	private final byte[] lease;

	private final byte[][] lastNumber;

	private final byte[][] losses;

	/** Keys that a script found to be of the right type, or absent. */
	private final Set<String> known = new HashSet<>();

	private int commits;

	/** Whether a connection was asked for. */
	private boolean asked;

	/** The number of the commit that may be the next, or 0. */
	private long next;

	/** Guarded by this. */
	private @Nullable StatefulRedisConnection<String, byte[]> connection;

	/** Guarded by this. */
	private boolean over;

	/**
	 * Creates one that has not connected yet.
	 * @param connections how many more may be made
	 */
	CommitConnection(RedisSession session, String group, int partition, String lease, Semaphore connections) {
		this.session = session;
		this.connections = connections;
		this.lease = RedisLink.bytes(lease);
		byte[] leaseKey = RedisLink.bytes(RedisKeys.lease(group, partition));
		byte[] checkpointKey = RedisLink.bytes(RedisKeys.checkpoint(group, partition));
		byte[] lossesKey = RedisLink.bytes(RedisKeys.lost(partition));
		this.watch = new byte[][] { RedisLink.bytes("WATCH"), leaseKey, checkpointKey, lossesKey };
		this.holder = new byte[][] { RedisLink.bytes("GET"), leaseKey };
		this.lastNumber = new byte[][] { RedisLink.bytes("HGET"), checkpointKey,
				RedisLink.bytes(RedisCheckpoints.COMMIT_NUMBER) };
		this.losses = new byte[][] { RedisLink.bytes("HLEN"), lossesKey };
	}

	/**
	 * Applies a commit that was not sent before. Completes with whether it was applied;
	 * if not, nothing of it was, for whatever reason. Fails as the connection does, when
	 * it is not known.
	 */
	CompletableFuture<Boolean> commit(CommitContents commit) {
		StatefulRedisConnection<String, byte[]> to = current();
		if (to == null || this.next != commit.number() || !commit.otherKeys().allMatch(this.known::contains)) {
			return CompletableFuture.completedFuture(false);
		}
		this.next = 0;
		CommitTransaction transaction = new CommitTransaction(commit);
		List<RedisCommand<String, byte[], ?>> commands = transaction.commands();
		return watch(to, commands, commit.number()).thenApply((watched) -> {
			String defect = transaction.outcome().defect();
			if (defect != null) {
				throw new FatalStreamException("Commit " + commit.number() + " of group " + commit.group()
						+ " was applied but for a part that Redis refused: " + defect
						+ ". Somebody put something else in the place of one of the keys "
						+ commit.otherKeys().toList(), null);
			}
			if (transaction.outcome().shortcoming() != null) {
				end();
			}
			return transaction.outcome().isApplied();
		});
	}

	/**
	 * The script applied a commit. Completes when the next can be a transaction, or will
	 * not be.
	 */
	CompletableFuture<?> applied(CommitContents commit) {
		commit.otherKeys().forEach(this.known::add);
		if (!this.asked && ++this.commits > COMMITS_BEFORE && this.connections.tryAcquire()) {
			this.asked = true;
			Thread.ofVirtual().name("doab-redis-connect").start(this::connect);
		}
		StatefulRedisConnection<String, byte[]> to = current();
		if (to == null) {
			return CompletableFuture.completedFuture(null);
		}
		// The script changed what was watched before, which would count still.
		List<RedisCommand<String, byte[], ?>> anew = new ArrayList<>(
				List.of(WordsCommand.unanswered(UNWATCH, List.of())));
		// Why it fails, the next commit is told.
		return watch(to, anew, commit.number()).exceptionally((failure) -> false);
	}

	/** Sends commands, and behind them what watches. */
	private CompletableFuture<Boolean> watch(StatefulRedisConnection<String, byte[]> to,
			List<RedisCommand<String, byte[], ?>> commands, long number) {
		StatusOutput<String, byte[]> watching = new StatusOutput<>(TextKeyCodec.INSTANCE);
		ByteArrayOutput<String, byte[]> found = new ByteArrayOutput<>(TextKeyCodec.INSTANCE);
		ByteArrayOutput<String, byte[]> foundNumber = new ByteArrayOutput<>(TextKeyCodec.INSTANCE);
		AsyncCommand<String, byte[], Long> last = new AsyncCommand<>(
				WordsCommand.of(new IntegerOutput<>(TextKeyCodec.INSTANCE), this.losses));
		commands.add(WordsCommand.of(watching, this.watch));
		commands.add(WordsCommand.of(found, this.holder));
		commands.add(WordsCommand.of(foundNumber, this.lastNumber));
		commands.add(last);
		var _ = to.dispatch(commands);
		to.flushCommands();
		return last.toCompletableFuture().thenApply((lost) -> {
			boolean mine = "OK".equals(watching.get()) && Arrays.equals(this.lease, found.get())
					&& Arrays.equals(RedisLink.bytes(number), foundNumber.get());
			// What was lost of an input counts as read: the script knows how much.
			this.next = (mine && lost == 0) ? number + 1 : 0;
			return this.next > 0;
		});
	}

	private void connect() {
		try {
			StatefulRedisConnection<String, byte[]> opened = this.session.open();
			try {
				permitsTransactions(opened);
			}
			catch (StreamException ex) {
				this.session.close(opened);
				throw ex;
			}
			// What belongs together is sent at once.
			opened.setAutoFlushCommands(false);
			synchronized (this) {
				if (!this.over) {
					this.connection = opened;
					return;
				}
			}
			this.session.close(opened);
		}
		catch (StreamException ex) {
			logger.atDebug().setCause(ex).log("Commits of {} remain scripts", this.session);
		}
		this.connections.release();
	}

	/**
	 * Were {@code MULTI} alone refused, what follows would be applied at once, whoever
	 * owns the partition.
	 * @throws StreamException when the server refuses any of it
	 */
	private void permitsTransactions(StatefulRedisConnection<String, byte[]> opened) {
		this.session.await("watch", opened.async().watch(RedisLink.text(this.watch[1])));
		this.session.await("watch no more", opened.async().unwatch());
		this.session.await("begin a transaction", opened.async().multi());
		this.session.await("end a transaction", opened.async().exec());
	}

	private synchronized @Nullable StatefulRedisConnection<String, byte[]> current() {
		return this.connection;
	}

	/** Ends it: all commits are the script's from now on. */
	void end() {
		StatefulRedisConnection<String, byte[]> open;
		synchronized (this) {
			open = this.connection;
			this.connection = null;
			this.over = true;
		}
		if (open != null) {
			this.session.close(open);
			this.connections.release();
		}
	}

}
