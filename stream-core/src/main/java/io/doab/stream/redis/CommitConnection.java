package io.doab.stream.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.GroupSpec;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.output.ByteArrayOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.output.ValueListOutput;
import io.lettuce.core.protocol.AsyncCommand;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies commits of one busy lease as transactions, which cost the server less than the
 * script: it need not make texts of Lua's of what it was sent, and words of commands
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
 * type. Each that was not plainly applied here, or of which that is not known: it alone
 * tells. Each that is sent again. All of a lease that is not busy, or whose user or
 * server has no such transactions, or for which no connection is to be had.
 *
 * <p>
 * One commit is under way at a time; all else may come from any thread.
 */
final class CommitConnection {

	private static final Logger logger = LoggerFactory.getLogger(CommitConnection.class);

	/** So many by script, without a rest, make a lease a busy one. */
	private static final int COMMITS_BEFORE = 4;

	/** After so many, one that is never without work goes on without. */
	private static final int MAX_FAILURES = 3;

	/** Before it, no command sets both a group's position and what it has read. */
	private static final int FIRST_VERSION = 7;

	private static final byte[] UNWATCH = RedisLink.bytes("UNWATCH");

	private final RedisSession session;

	private final Semaphore connections;

	private final byte[][] watch;

	private final byte[][] holder;

	private final byte[] lease;

	private final byte[][] lastNumber;

	private final byte[][] losses;

	/** Keys that a script found to be of the right type, or absent. Guarded by this. */
	private final Set<String> known = new HashSet<>();

	/** By script, since the last rest. Guarded by this. */
	private int commits;

	/** Whether a connection is being made. Guarded by this. */
	private boolean connecting;

	/**
	 * How often, since the last rest, there was none to be had or it ended. Guarded by
	 * this.
	 */
	private int failures;

	/** The number of the commit that may be the next, or 0. Guarded by this. */
	private long next;

	/** Guarded by this. */
	private @Nullable StatefulRedisConnection<String, byte[]> connection;

	/** Guarded by this. */
	private boolean over;

	/**
	 * Creates one that has not connected yet.
	 * @param connections how many more may be made
	 */
	CommitConnection(RedisSession session, GroupSpec group, int partition, String lease, Semaphore connections) {
		this.session = session;
		this.connections = connections;
		this.lease = RedisLink.bytes(lease);
		byte[] leaseKey = RedisLink.bytes(RedisKeys.lease(group.group(), partition));
		byte[] checkpointKey = RedisLink.bytes(RedisKeys.checkpoint(group.group(), partition));
		this.watch = new byte[][] { RedisLink.bytes("WATCH"), leaseKey, checkpointKey };
		this.holder = new byte[][] { RedisLink.bytes("GET"), leaseKey };
		this.lastNumber = new byte[][] { RedisLink.bytes("HGET"), checkpointKey,
				RedisLink.bytes(RedisCheckpoints.COMMIT_NUMBER) };
		List<byte[]> ofInputs = new ArrayList<>(
				List.of(RedisLink.bytes("HMGET"), RedisLink.bytes(RedisKeys.lost(partition))));
		group.inputs().forEach((input) -> ofInputs.add(RedisLink.bytes(input + " " + group.group())));
		this.losses = ofInputs.toArray(byte[][]::new);
	}

	/**
	 * Applies a commit that was not sent before. Completes with whether it is known to be
	 * applied; if not, the script has to be asked.
	 * @return fails with a {@link FatalStreamException} when it was applied in part
	 */
	CompletableFuture<Boolean> commit(CommitContents commit) {
		StatefulRedisConnection<String, byte[]> to = connectionFor(commit);
		if (to == null) {
			return CompletableFuture.completedFuture(false);
		}
		CommitTransaction transaction = new CommitTransaction(commit);
		return watch(to, transaction.batch(), commit.number()).handle((watched, failure) -> {
			String defect = transaction.defect();
			if (defect != null) {
				throw new FatalStreamException("Commit " + commit.number() + " of group " + commit.group()
						+ " was applied but for a part that Redis refused: " + defect
						+ ". Somebody put something else in the place of one of the keys "
						+ commit.otherKeys().toList(), null);
			}
			endUnlessPassing(transaction.refusal());
			return transaction.isApplied();
		});
	}

	private synchronized @Nullable StatefulRedisConnection<String, byte[]> connectionFor(CommitContents commit) {
		if (this.connection == null || this.next != commit.number() || !CommitTransaction.takes(commit)
				|| !commit.otherKeys().allMatch(this.known::contains)) {
			return null;
		}
		this.next = 0;
		return this.connection;
	}

	/**
	 * The script applied a commit. Completes when the next can be a transaction, or will
	 * not be.
	 */
	CompletableFuture<?> applied(CommitContents commit) {
		StatefulRedisConnection<String, byte[]> to;
		synchronized (this) {
			commit.otherKeys().forEach(this.known::add);
			if (!this.over && this.connection == null && !this.connecting && this.failures < MAX_FAILURES
					&& ++this.commits > COMMITS_BEFORE && this.connections.tryAcquire()) {
				this.connecting = true;
				Thread.ofVirtual().name("doab-redis-connect").start(this::connect);
			}
			to = this.connection;
		}
		if (to == null) {
			return CompletableFuture.completedFuture(null);
		}
		// The script changed what was watched before, which would count still.
		CommandBatch anew = new CommandBatch();
		anew.add(new StatusOutput<>(TextKeyCodec.INSTANCE), UNWATCH);
		return watch(to, anew, commit.number()).exceptionally((failure) -> null);
	}

	/** Sends a batch, and in it what watches for the commit after this number. */
	private CompletableFuture<?> watch(StatefulRedisConnection<String, byte[]> to, CommandBatch batch, long number) {
		StatusOutput<String, byte[]> watching = new StatusOutput<>(TextKeyCodec.INSTANCE);
		ByteArrayOutput<String, byte[]> found = new ByteArrayOutput<>(TextKeyCodec.INSTANCE);
		ByteArrayOutput<String, byte[]> foundNumber = new ByteArrayOutput<>(TextKeyCodec.INSTANCE);
		batch.add(watching, this.watch);
		batch.add(found, this.holder);
		batch.add(foundNumber, this.lastNumber);
		AsyncCommand<String, byte[], List<byte[]>> last = batch.addLast(new ValueListOutput<>(TextKeyCodec.INSTANCE),
				this.losses);
		try {
			batch.send(to);
		}
		catch (RuntimeException ex) {
			giveBack(to, true);
			return CompletableFuture.failedFuture(ex);
		}
		return last.toCompletableFuture().whenComplete((lost, failure) -> {
			if (failure == null) {
				boolean mine = "OK".equals(watching.get()) && Arrays.equals(this.lease, found.get())
						&& Arrays.equals(RedisLink.bytes(number), foundNumber.get());
				watches(to, mine ? number + 1 : 0);
				endUnlessPassing(watching.getError());
				if (!lost.stream().allMatch(Objects::isNull)) {
					// It counts as read, and only the script knows how much it is.
					end();
				}
			}
			else if (RedisFailures.isRefusal(RedisFailures.unwrap(failure))) {
				endUnlessPassing(RedisFailures.unwrap(failure).getMessage());
			}
			else {
				giveBack(to, true);
			}
		});
	}

	/** What the server does not let be now, it will not let be later either, mostly. */
	private void endUnlessPassing(@Nullable String refusal) {
		if (refusal != null && !RedisFailures.isPassing(new RedisCommandExecutionException(refusal))) {
			logger.info("Commits under lease {} are scripts from now on, for a transaction was refused: {}",
					RedisLink.text(this.lease), refusal);
			end();
		}
	}

	private synchronized void watches(StatefulRedisConnection<String, byte[]> by, long number) {
		if (by.equals(this.connection)) {
			this.next = number;
		}
	}

	private void connect() {
		StatefulRedisConnection<String, byte[]> opened = null;
		boolean taken = false;
		try {
			opened = this.session.openApart();
			requireTransactions(opened.sync());
			// A batch is sent at once.
			opened.setAutoFlushCommands(false);
			synchronized (this) {
				if (!this.over) {
					this.connection = opened;
					taken = true;
				}
			}
		}
		catch (StreamException | RedisException ex) {
			logger.atDebug().setCause(ex).log("No transactions for commits under this lease");
		}
		finally {
			connected(taken);
			if (!taken && opened != null) {
				this.session.close(opened);
			}
		}
	}

	private void connected(boolean taken) {
		synchronized (this) {
			this.connecting = false;
			this.failures += taken ? 0 : 1;
		}
		if (!taken) {
			this.connections.release();
		}
	}

	/**
	 * Looks whether server and user have them. Were {@code MULTI} alone refused, what
	 * follows it would be applied at once, whoever owns the partition.
	 * @throws RuntimeException when one of them has not
	 */
	private void requireTransactions(RedisCommands<String, byte[]> opened) {
		int version = RedisLink.majorVersion(opened.info("server"));
		if (version < FIRST_VERSION) {
			throw new FatalStreamException("Redis " + version + " has no XGROUP SETID with ENTRIESREAD", null);
		}
		opened.watch(RedisLink.text(this.watch[1]));
		opened.unwatch();
		opened.multi();
		opened.exec();
	}

	/** Nothing was committed for a while: others may need the connection more. */
	void rest() {
		StatefulRedisConnection<String, byte[]> open;
		synchronized (this) {
			this.commits = 0;
			this.failures = 0;
			open = this.connection;
		}
		if (open != null) {
			giveBack(open, false);
		}
	}

	/** Ends it: all commits under the lease are the script's from now on. */
	void end() {
		StatefulRedisConnection<String, byte[]> open;
		synchronized (this) {
			this.over = true;
			open = this.connection;
		}
		if (open != null) {
			giveBack(open, false);
		}
	}

	private void giveBack(StatefulRedisConnection<String, byte[]> open, boolean failed) {
		synchronized (this) {
			if (!open.equals(this.connection)) {
				return;
			}
			this.connection = null;
			this.next = 0;
			this.commits = 0;
			this.failures += failed ? 1 : 0;
		}
		this.session.close(open);
		this.connections.release();
	}

}
