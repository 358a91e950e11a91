package io.doab.stream.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.doab.stream.Position;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.FencedException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.DueTimers;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.PartitionReset;
import io.doab.stream.spi.StateKey;
import io.lettuce.core.ScriptOutputType;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lease while this member holds it.
 *
 * <p>
 * <b>Commits.</b> Each carries a number, one more than the last. A commit whose answer is
 * not known (the connection ended, or time ran out) stays {@link #pending} and is sent
 * again, with its number, over the next connection; the script tells whether it was
 * applied. So a commit is applied once, or the lease is over.
 *
 * <p>
 * <b>The end.</b> It ends when the server says that the lease is another's or that its
 * state went back, when the lease time passed without a sign from the server, or when the
 * member says so. What is pending fails then, and nothing is sent any more.
 *
 * <p>
 * Guarded by its own monitor; futures complete outside of it.
 */
final class RedisPartitionLease implements PartitionOwnership {

	private static final Logger logger = LoggerFactory.getLogger(RedisPartitionLease.class);

	private static final Duration REFUSED_PAUSE = Duration.ofMillis(200);

	private final RedisGroupMember member;

	private final int partition;

	private final long epoch;

	private final String value;

	private final Map<String, Checkpoint> checkpoints;

	private final boolean formerOwnerVanished;

	private final LeaseTerm term;

	/** In a cluster. */
	private final @Nullable Outbox outbox;

	/** For commits as transactions, with the session; changed by the member's thread. */
	private volatile CommitConnection transactions;

	/** Where each input is read up to. Belongs to the member's thread. */
	private final Map<String, Position> readTo = new LinkedHashMap<>();

	/** Belongs to the member's thread. */
	private boolean drains;

	/** Set by those that pause it, read by the member's thread. */
	volatile boolean paused;

	/** To the server that has the partition; changed by the member's thread. */
	private volatile RedisSession session;

	private @Nullable Pending pending;

	private @Nullable StreamException end;

	RedisPartitionLease(RedisGroupMember member, RedisSession session, int partition, long epoch, String value,
			long lastNumber, Map<String, Checkpoint> checkpoints, boolean formerOwnerVanished, long asked) {
		this.member = member;
		this.session = session;
		this.partition = partition;
		this.epoch = epoch;
		this.value = value;
		this.term = new LeaseTerm(TimeUnit.MILLISECONDS.toNanos(member.leaseMillis()), lastNumber, asked);
		this.checkpoints = Map.copyOf(checkpoints);
		this.formerOwnerVanished = formerOwnerVanished;
		this.outbox = member.isInCluster() ? new Outbox(member, this) : null;
		this.transactions = transactions(session);
		checkpoints.forEach((stream, checkpoint) -> this.readTo.put(stream, checkpoint.prefix()));
	}

	private CommitConnection transactions(RedisSession with) {
		return new CommitConnection(with, this.member.group(), this.partition, this.value,
				this.member.commitConnections());
	}

	@Override
	public int partition() {
		return this.partition;
	}

	@Override
	public long epoch() {
		return this.epoch;
	}

	@Override
	public boolean formerOwnerVanished() {
		return this.formerOwnerVanished;
	}

	@Override
	public Map<String, Checkpoint> checkpoints() {
		return this.checkpoints;
	}

	/** Goes on with what earlier owners left to be done. */
	void begin() {
		if (this.outbox != null) {
			this.outbox.moveOn();
		}
	}

	/** Whether there is anything to read for it now. */
	boolean isReadable() {
		return !this.paused && !this.drains && !hasEnded();
	}

	/** It is to be given up. */
	void stopReading() {
		this.drains = true;
	}

	/** What to read next. */
	List<Source> sources() {
		List<Source> sources = new ArrayList<>(this.readTo.size());
		this.readTo.forEach((stream, position) -> sources.add(new Source(this, stream, position)));
		return sources;
	}

	/** Takes what was read. */
	FetchedRecords read(RedisReader.Read<Source> read) {
		Position last = read.records().getLast().position();
		this.readTo.put(read.source().stream(), last);
		return new FetchedRecords(read.source().stream(), read.records(), last);
	}

	/**
	 * Takes the present session with the partition's server: to the same run of the same
	 * server as before, or to one that may not have what that had.
	 */
	void met(RedisSession met) {
		RedisSession before = this.session;
		if (met == before) {
			return;
		}
		if (!met.runId().equals(before.runId())) {
			end(new FencedException("Partition " + this.partition + " of " + this.member.name()
					+ " is with a Redis that was restarted, failed over or moved (run id " + met.runId()
					+ "): it is loaded anew", null));
			return;
		}
		this.session = met;
		CommitConnection former = this.transactions;
		this.transactions = transactions(met);
		former.end();
		resend();
	}

	synchronized boolean hasEnded() {
		return this.end != null;
	}

	@Override
	public CompletableFuture<Void> commit(AtomicCommit commit) {
		long number;
		synchronized (this) {
			if (this.end != null) {
				return CompletableFuture.failedFuture(this.end);
			}
			number = this.term.begin();
		}
		Pending next = new Pending(CommitContents.of(this.member.name(), this.partition, this.value,
				this.member.leaseMillis(), number, commit, this.outbox != null), commit);
		synchronized (this) {
			if (this.end != null) {
				return CompletableFuture.failedFuture(this.end);
			}
			this.pending = next;
		}
		sendFirst(next);
		return next.outcome;
	}

	/** Sends again what got no answer, over a new connection. */
	private void resend() {
		Pending unanswered;
		synchronized (this) {
			unanswered = this.pending;
		}
		if (unanswered != null) {
			logger.info("{}: commit {} of partition {} is sent again: its answer was lost", this.member.name(),
					unanswered.number(), this.partition);
			send(unanswered);
		}
	}

	/** Sends it as a transaction, and as a script where that is not to be. */
	private void sendFirst(Pending commit) {
		long asked = System.nanoTime();
		var _ = this.transactions.commit(commit.contents).whenComplete((applied, failure) -> {
			if (failure != null) {
				end(RedisFailures.translate("commit to partition " + this.partition + " of " + this.member.name(),
						failure));
			}
			else if (applied && answered(commit, LeaseTerm.Answer.APPLIED, asked)) {
				complete(commit);
			}
			else if (!applied && isPending(commit)) {
				send(commit);
			}
		});
	}

	private synchronized boolean isPending(Pending commit) {
		return this.pending == commit;
	}

	private void send(Pending commit) {
		RedisSession to = this.session;
		CommitConnection transactionsAfter = this.transactions;
		CommitWords words = new CommitWords(commit.contents);
		long asked = System.nanoTime();
		var _ = to.<byte[]>run(RedisScript.COMMIT, ScriptOutputType.VALUE, words.keys(), words.words())
			.whenComplete((answer, failure) -> {
				if (failure != null) {
					failed(commit, to, RedisFailures.unwrap(failure));
				}
				else if (answered(commit, LeaseTerm.Answer.of(RedisLink.text(answer)), asked)) {
					var _ = transactionsAfter.applied(commit.contents).thenRun(() -> complete(commit));
				}
			});
	}

	/** Whether it is applied, and nobody was told yet. */
	private boolean answered(Pending commit, LeaseTerm.Answer answer, long asked) {
		synchronized (this) {
			if (this.pending != commit) {
				return false;
			}
			if (this.term.answered(answer, asked)) {
				this.pending = null;
			}
		}
		switch (answer) {
			case APPLIED -> {
				return true;
			}
			case LOST -> end(new FencedException("The lease of partition " + this.partition + " of "
					+ this.member.name() + " is another's: commit " + commit.number() + " was refused", null));
			case GAP -> end(new FencedException("Redis is not where this member left it: commit " + commit.number()
					+ " of partition " + this.partition + " of " + this.member.name() + " found a gap before it",
					null));
		}
		return false;
	}

	private void complete(Pending commit) {
		Outbox via = this.outbox;
		if (via == null) {
			commit.outcome.complete(null);
			return;
		}
		long entries = commit.commit.appends()
			.stream()
			.filter((append) -> Outbox.isFor(append, this.partition))
			.count();
		var _ = via.added(entries).thenRun(() -> commit.outcome.complete(null));
	}

	private void failed(Pending commit, RedisSession from, Throwable failure) {
		from.failed(failure);
		if (RedisFailures.endsSession(failure)) {
			// Not known whether it was applied, or for another server: the member's
			// thread connects anew and has it sent again.
			this.member.wakeup();
		}
		else if (RedisFailures.isPassing(failure)) {
			logger.atDebug().setCause(failure).log("Commit {} was refused for now", commit.number());
			this.member.later(REFUSED_PAUSE, () -> {
				if (isPending(commit)) {
					send(commit);
				}
			});
		}
		else {
			end(RedisFailures.translate("commit to partition " + this.partition + " of " + this.member.name(),
					failure));
		}
	}

	/**
	 * Ends the lease when the server has not confirmed it in time: by now it may be
	 * another's.
	 */
	void endIfExpired() {
		long now = System.nanoTime();
		long silent;
		synchronized (this) {
			if (this.end != null || !this.term.isOver(now)) {
				return;
			}
			silent = this.term.silentNanos(now);
		}
		end(new FencedException("Redis has not confirmed the lease of partition " + this.partition + " of "
				+ this.member.name() + " for " + Duration.ofNanos(silent).toMillis() + " ms", null));
	}

	/** Asks the server to prolong the lease, unless a commit just did. */
	void renew(RedisSession at) {
		long asked = System.nanoTime();
		boolean commits;
		synchronized (this) {
			if (!this.term.isRenewalDue(asked)) {
				return;
			}
			commits = this.pending != null;
		}
		if (!commits) {
			this.transactions.rest();
		}
		var _ = at
			.<Long>run(RedisScript.RENEW, ScriptOutputType.INTEGER,
					new String[] { RedisKeys.lease(this.member.name(), this.partition) }, RedisLink.bytes(this.value),
					RedisLink.bytes(this.member.leaseMillis()))
			.whenComplete((renewed, failure) -> {
				if (failure != null) {
					at.failed(failure);
				}
				else if (renewed == 1) {
					synchronized (this) {
						this.term.confirmed(asked);
					}
				}
				else {
					end(endedAtServer());
				}
			});
	}

	private FencedException endedAtServer() {
		return new FencedException(
				"The lease of partition " + this.partition + " of " + this.member.name() + " has ended at the server",
				null);
	}

	/** Ends the lease on this side. The first reason counts. */
	void end(StreamException cause) {
		Pending unanswered;
		synchronized (this) {
			if (this.end != null) {
				return;
			}
			this.end = cause;
			this.term.end();
			unanswered = this.pending;
			this.pending = null;
		}
		if (unanswered != null) {
			unanswered.outcome.completeExceptionally(cause);
		}
		this.transactions.end();
		if (this.outbox != null) {
			this.outbox.end();
		}
		this.member.ended(this, cause);
	}

	@Override
	public CompletableFuture<List<byte @Nullable []>> readState(List<StateKey> keys) {
		return reads().state(keys);
	}

	@Override
	public CompletableFuture<Map<String, byte[]>> readAll(String state) {
		return reads().allOf(state);
	}

	@Override
	public CompletableFuture<DueTimers> dueTimers(Instant now, int limit) {
		return reads().dueTimers(now, limit);
	}

	@Override
	public CompletableFuture<Map<String, Position>> endPositions() {
		return reads().ends(this.checkpoints.keySet());
	}

	private LeaseReads reads() {
		return new LeaseReads(this.session, this.member.name(), this.partition, this.value, () -> {
			FencedException lost = endedAtServer();
			end(lost);
			return lost;
		});
	}

	@Override
	public CompletableFuture<Void> reset(PartitionReset reset) {
		return new RedisReset(this.session, this.member.name(), this.partition, this.value).apply(reset);
	}

	/** Ends the lease at the server, for the next owner to take it at once. */
	CompletableFuture<Long> release(RedisSession at) {
		return at.run(RedisScript.RELEASE, ScriptOutputType.INTEGER,
				new String[] { RedisKeys.lease(this.member.name(), this.partition),
						RedisKeys.checkpoint(this.member.name(), this.partition) },
				RedisLink.bytes(this.value), RedisLink.bytes(RedisKeys.changes(this.member.name())),
				RedisLink.bytes(this.partition));
	}

	/** What is read for it: an input, from after a position. */
	record Source(RedisPartitionLease lease, String stream, Position after) implements RedisReader.Source {

		@Override
		public String key() {
			return RedisKeys.stream(this.stream, this.lease.partition());
		}

	}

	/**
	 * A commit that was sent, once or more, and not answered. Its identity is what
	 * counts.
	 */
	private static final class Pending {

		private final CommitContents contents;

		private final AtomicCommit commit;

		private final CompletableFuture<Void> outcome = new CompletableFuture<>();

		private Pending(CommitContents contents, AtomicCommit commit) {
			this.contents = contents;
			this.commit = commit;
		}

		private long number() {
			return this.contents.number();
		}

	}

}
