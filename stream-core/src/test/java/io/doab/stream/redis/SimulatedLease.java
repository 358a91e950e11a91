package io.doab.stream.redis;

import io.doab.stream.redis.SimulatedRedis.Watched;

import org.jspecify.annotations.Nullable;

/**
 * A lease while a simulated member holds it: reads, handles, commits, one after the
 * other. What {@link RedisPartitionLease} does, without threads.
 */
final class SimulatedLease {

	private final Schedule schedule;

	private final SimulatedMember member;

	private final int partition;

	private final long epoch;

	private final String value;

	private final LeaseTerm term;

	private Connection session;

	private Phase phase = Phase.IDLE;

	/** The commit that left what is in memory. */
	private long base;

	private long input;

	private @Nullable SimulatedCommit pending;

	/** What the connection watches, if that is this lease after its last commit. */
	private @Nullable Watched watched;

	private boolean draining;

	private boolean ended;

	SimulatedLease(SimulatedMember member, Connection session, int partition, long epoch, String value, LeaseTerm term,
			long base) {
		this.schedule = member.schedule();
		this.member = member;
		this.session = session;
		this.partition = partition;
		this.epoch = epoch;
		this.value = value;
		this.term = term;
		this.base = base;
	}

	private enum Phase {

		IDLE, READING, HANDLING, COMMITTING, WATCHING

	}

	int partition() {
		return this.partition;
	}

	long epoch() {
		return this.epoch;
	}

	String value() {
		return this.value;
	}

	SimulatedMember member() {
		return this.member;
	}

	LeaseTerm term() {
		return this.term;
	}

	long base() {
		return this.base;
	}

	boolean hasEnded() {
		return this.ended;
	}

	/** It is to be given up: what was begun is finished. */
	void drain() {
		this.draining = true;
	}

	boolean isDraining() {
		return this.draining;
	}

	/** It is given up though something is under way: that took too long. */
	void giveUpDraining() {
		this.phase = Phase.IDLE;
	}

	boolean isDrained() {
		return this.phase == Phase.IDLE || this.phase == Phase.READING;
	}

	/** Takes the present connection: to the same run of the server, or to another. */
	void met(Connection met) {
		if (met == this.session) {
			return;
		}
		if (met.run() != this.session.run() && this.schedule.broken() != Broken.RUN_ID_IGNORED) {
			end("another run of the server");
			return;
		}
		this.session = met;
		this.watched = null;
		if (this.pending != null) {
			this.schedule.count(Happening.COMMIT_WITHOUT_ANSWER_SENT_AGAIN);
			if (this.schedule.broken() == Broken.REPEATS_UNDER_NEW_NUMBER) {
				this.pending = new SimulatedCommit(this.pending.id(), this.pending.number() + 1, this.pending.base(),
						this.pending.input());
			}
			send(this.pending);
		}
		else if (this.phase == Phase.READING) {
			read();
		}
		else if (this.phase == Phase.WATCHING) {
			rest();
		}
	}

	/** Waits for something to do. */
	void rest() {
		this.phase = Phase.IDLE;
		if (this.draining) {
			this.member.poll();
		}
		else {
			this.member.process().after(this.schedule.weather().rest(), this::read);
		}
	}

	private void read() {
		if (this.ended || this.draining) {
			return;
		}
		this.phase = Phase.READING;
		Connection asked = this.session;
		asked.ask(SimulatedServer::read, (entry) -> {
			if (!this.ended && !this.draining && this.session == asked && this.phase == Phase.READING) {
				this.phase = Phase.HANDLING;
				this.input = entry;
				this.member.process().after(this.schedule.weather().handling(), this::commit);
			}
		});
	}

	private void commit() {
		if (this.ended || this.phase != Phase.HANDLING) {
			return;
		}
		this.phase = Phase.COMMITTING;
		SimulatedCommit commit = new SimulatedCommit(this.schedule.nextNumber(), this.term.begin(), this.base,
				this.input);
		this.pending = commit;
		Watched before = this.watched;
		if (before != null) {
			sendAsTransaction(before, commit);
		}
		else {
			send(commit);
		}
	}

	/** With what watches for the next behind it. */
	private void sendAsTransaction(Watched before, SimulatedCommit commit) {
		this.watched = null;
		long asked = this.member.process().clock();
		Connection to = this.session;
		boolean[] applied = new boolean[1];
		to.ask((server) -> server.execute(this, before, commit), (answer) -> applied[0] = answer);
		to.ask((server) -> server.watch(this.partition), (found) -> {
			if (!commit.equals(this.pending)) {
				return;
			}
			if (!applied[0]) {
				send(commit);
				return;
			}
			look(found, commit);
			answered(to.server(), commit, LeaseTerm.Answer.APPLIED, asked, false);
		});
	}

	private void look(Watched found, SimulatedCommit commit) {
		if ((this.value.equals(found.lease()) && found.number() == commit.number())
				|| this.schedule.broken() == Broken.WATCHES_WITHOUT_LOOKING) {
			this.watched = found;
		}
	}

	private void send(SimulatedCommit commit) {
		long asked = this.member.process().clock();
		Connection to = this.session;
		to.ask((server) -> server.commit(this, commit), (word) -> {
			if (commit.equals(this.pending)) {
				answered(to.server(), commit, LeaseTerm.Answer.of(word), asked, true);
			}
		});
	}

	private void answered(SimulatedServer server, SimulatedCommit commit, LeaseTerm.Answer answer, long asked,
			boolean byScript) {
		LeaseTerm.Answer heard = (this.schedule.broken() == Broken.GOES_ON_WHEN_LOST) ? LeaseTerm.Answer.APPLIED
				: answer;
		if (!this.term.answered(heard, asked)) {
			end("told " + answer);
			return;
		}
		this.pending = null;
		this.base = commit.id();
		this.schedule.invariants().reported(server, commit);
		if (byScript && commitsInTransactions()) {
			watch(commit);
		}
		else {
			rest();
		}
	}

	private void watch(SimulatedCommit commit) {
		this.phase = Phase.WATCHING;
		Connection to = this.session;
		to.ask((present) -> present.watch(this.partition), (found) -> {
			if (this.session == to && !this.ended && this.phase == Phase.WATCHING) {
				look(found, commit);
				rest();
			}
		});
	}

	/** Some have no connection for it. */
	private boolean commitsInTransactions() {
		return this.partition % 2 == 0;
	}

	void endIfOver() {
		if (!this.ended && this.term.isOver(this.member.process().clock())) {
			this.schedule.count(Happening.TERM_OVER);
			end("its term is over");
		}
	}

	void renew(Connection at) {
		long asked = this.member.process().clock();
		if (!this.term.isRenewalDue(asked)) {
			return;
		}
		if (this.pending == null) {
			this.watched = null;
		}
		at.ask((server) -> server.renew(this.member.name(), this.partition, this.value), (renewed) -> {
			if (renewed == 1) {
				this.term.confirmed(asked);
			}
			else {
				end("renewal refused");
			}
		});
	}

	void end(String cause) {
		if (!this.ended) {
			this.ended = true;
			this.term.end();
			this.pending = null;
			this.schedule.trace(this.member.name(), "drops %d (%s): %s", this.partition, this.value, cause);
			this.member.ended(this);
		}
	}

}
