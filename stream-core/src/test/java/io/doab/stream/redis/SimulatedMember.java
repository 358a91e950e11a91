package io.doab.stream.redis;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * What {@link RedisGroupMember} does, without threads: where that waits for an answer,
 * this one returns, and goes on when the answer is there.
 */
final class SimulatedMember {

	private final Schedule schedule;

	private final VirtualTime time;

	private final String name;

	private final long clockOffset;

	private final double clockRate;

	private final Membership membership;

	private final Map<Integer, SimulatedLease> leases = new TreeMap<>();

	/**
	 * What was in memory of partitions that are lost; used when that is what is broken.
	 */
	private final Map<Integer, Long> remembered = new HashMap<>();

	private final Queue<String> noticed = new ArrayDeque<>();

	/** The present connection, which may still be being made. */
	private @Nullable Connection session;

	/** The last one that was made. */
	private @Nullable Connection connected;

	/** Answers that the polling thread waits for. */
	private int awaited;

	private boolean polling;

	private long nextPoll;

	private long plannedPoll = Long.MAX_VALUE;

	private int failures;

	private boolean leaving;

	private boolean alive = true;

	private long pausedUntil;

	private long answersWaitUntil;

	private long cutOffFromServerUntil;

	private long cutOffFromClientUntil;

	SimulatedMember(Schedule schedule, String name) {
		this.schedule = schedule;
		this.time = schedule.time();
		this.name = name;
		this.clockOffset = schedule.random().nextLong();
		this.clockRate = 1 + Schedule.DRIFT * (2 * schedule.random().nextDouble() - 1);
		this.membership = new Membership(name, schedule.partitions(), Schedule.LEASE, clock());
	}

	void start() {
		poll();
		after(Schedule.LEASE / Membership.RENEWALS, this::renewLeases);
	}

	Schedule schedule() {
		return this.schedule;
	}

	String name() {
		return this.name;
	}

	boolean isAlive() {
		return this.alive;
	}

	boolean isLeaving() {
		return this.leaving;
	}

	Collection<SimulatedLease> leases() {
		return this.leases.values();
	}

	@Nullable SimulatedLease lease(int partition) {
		return this.leases.get(partition);
	}

	/** The present connection, if it is made and has not ended. */
	@Nullable Connection session() {
		return (this.session == this.connected) ? this.session : null;
	}

	/** The present connection, also when it is being made. */
	@Nullable Connection connection() {
		return this.session;
	}

	/** The time, as this member has it. */
	long clock() {
		return this.clockOffset + (long) (this.time.now() * this.clockRate);
	}

	/** Has it done when this much of its own time is over. */
	void after(long delay, Runnable action) {
		at(this.time.now() + (long) (delay / this.clockRate) + 1, action);
	}

	/** Has it done then, or when it wakes up. */
	void at(long when, Runnable action) {
		this.time.at(when, () -> {
			if (this.alive && this.time.now() < this.pausedUntil) {
				at(this.pausedUntil, action);
			}
			else if (this.alive) {
				action.run();
			}
		});
	}

	// Faults.

	void pause(long timers, long answers) {
		this.pausedUntil = Math.max(this.pausedUntil, this.time.now() + this.schedule.beforeCalm(timers));
		this.answersWaitUntil = Math.max(this.answersWaitUntil, this.time.now() + this.schedule.beforeCalm(answers));
	}

	long answersWaitUntil() {
		return this.answersWaitUntil;
	}

	void cutOff(long fromServer, long fromClient) {
		this.cutOffFromServerUntil = this.time.now() + this.schedule.beforeCalm(fromServer);
		this.cutOffFromClientUntil = this.time.now() + this.schedule.beforeCalm(fromClient);
	}

	boolean isCutOffFromServer() {
		return this.time.now() < this.cutOffFromServerUntil;
	}

	boolean isCutOffFromClient() {
		return this.time.now() < this.cutOffFromClientUntil;
	}

	void crash() {
		this.alive = false;
		if (this.session != null) {
			this.session.close();
		}
	}

	/** It is to leave in good order. */
	void leave() {
		this.leaving = true;
		at(this.time.now(), this::poll);
	}

	// Connection.

	private void connect() {
		if (!this.schedule.server().isUp()) {
			pollAfterFailure();
			return;
		}
		Connection made = new Connection(this.schedule, this);
		this.session = made;
		await(SimulatedServer::run, (run) -> {
			this.failures = 0;
			this.connected = made;
			this.membership.changed(clock());
			List.copyOf(this.leases.values()).forEach((lease) -> lease.met(made));
		});
	}

	/** A connection has ended. */
	void lost(Connection connection) {
		if (this.session == connection && this.alive) {
			connection.close();
			this.session = null;
			this.awaited = 0;
			pollAfterFailure();
		}
	}

	private void pollAfterFailure() {
		long pause = Math.min(Schedule.SHORTEST_PAUSE << Math.min(this.failures++, 10), Schedule.LONGEST_PAUSE);
		pollAfter(pause / 2 + this.schedule.random().nextLong(pause / 2));
	}

	void publish(SimulatedServer server, String notice) {
		Connection to = session();
		if (to != null && to.server() == server) {
			if (this.schedule.losesNotice()) {
				this.schedule.count(Happening.LOST_NOTICE);
			}
			else {
				to.publish(notice);
			}
		}
	}

	void noticed(Connection from, String notice) {
		if (this.session == from && this.alive) {
			this.noticed.add(notice);
			at(this.answersWaitUntil, this::poll);
		}
	}

	private <T> void await(Function<SimulatedServer, T> request, Consumer<T> answer) {
		Connection to = this.session;
		if (to != null) {
			this.awaited++;
			to.ask(request, (reply) -> {
				this.awaited--;
				answer.accept(reply);
				poll();
			});
		}
	}

	// The polling thread.

	/** Goes on with what there is to do, unless an answer is awaited. */
	void poll() {
		if (!this.polling) {
			this.polling = true;
			try {
				while (this.alive && this.awaited == 0 && step()) {
					continue;
				}
			}
			finally {
				this.polling = false;
			}
		}
	}

	/** Returns whether there may be more to do. */
	private boolean step() {
		if (this.session == null) {
			if (this.time.now() < this.nextPoll) {
				return false;
			}
			connect();
			return true;
		}
		this.leases.values().removeIf(SimulatedLease::hasEnded);
		if (this.leaving) {
			return leaveGroup();
		}
		for (String notice = this.noticed.poll(); notice != null; notice = this.noticed.poll()) {
			notice(notice);
		}
		if (this.membership.isHeartbeatDue(clock())) {
			heartbeat(null, "");
			return true;
		}
		if (this.schedule.broken() != Broken.KEEPS_SURPLUS) {
			this.membership.surplus(this.leases.keySet()).forEach(this::drain);
		}
		if (releaseDrained()) {
			return true;
		}
		List<Integer> wanted = this.membership.wanted(this.leases.keySet(), clock());
		if (!wanted.isEmpty()) {
			wanted.forEach(this::acquire);
			return true;
		}
		pollAfter(Math.max(this.membership.idleNanos(clock()), Schedule.MILLISECOND));
		return false;
	}

	private void pollAfter(long delay) {
		this.nextPoll = this.time.now() + (long) (delay / this.clockRate) + 1;
		planPoll();
	}

	/** There is one plan to poll; when it comes too early, it is put off. */
	private void planPoll() {
		if (this.nextPoll < this.plannedPoll) {
			long planned = this.nextPoll;
			this.plannedPoll = planned;
			at(planned, () -> {
				if (this.plannedPoll == planned) {
					this.plannedPoll = Long.MAX_VALUE;
					pollIfDue();
				}
			});
		}
	}

	private void pollIfDue() {
		if (this.time.now() < this.nextPoll) {
			planPoll();
		}
		else {
			poll();
		}
	}

	private void notice(String notice) {
		if (notice.equals("changed")) {
			this.membership.changed(clock());
		}
		else {
			this.membership.freed(Integer.parseInt(notice));
		}
	}

	private void heartbeat(@Nullable String base, String proposal) {
		long asked = clock();
		await((server) -> server.heartbeat(this.name, true, base, proposal), (group) -> {
			Assignment stored = this.schedule.decode(group.assignment());
			boolean once = this.schedule.broken() == Broken.HEARTBEAT_ONCE;
			Assignment next = this.membership.heard(group.members(), stored,
					once ? asked + 100 * Schedule.LEASE : asked);
			if (next != null) {
				Assignment afresh = new Assignment(next.version(),
						Assignment.NONE.next(group.members(), this.schedule.partitions()).shares());
				heartbeat(group.assignment(),
						((this.schedule.broken() == Broken.ASSIGNS_AFRESH) ? afresh : next).encode());
			}
		});
	}

	private void acquire(int partition) {
		Connection over = this.session;
		if (over == null) {
			return;
		}
		String nonce = (this.schedule.broken() == Broken.NONCE_IS_CONSTANT) ? this.name
				: Long.toHexString(this.schedule.random().nextLong());
		long asked = clock();
		await((server) -> server.acquire(this.name, partition, nonce), (grant) -> {
			if (grant.epoch() == 0) {
				this.membership.taken(partition, (grant.freeIn() + 5) * Schedule.MILLISECOND, clock());
				return;
			}
			this.membership.freed(partition);
			Long memory = this.remembered.get(partition);
			long base = (memory != null && this.schedule.broken() == Broken.RETAKES_IN_SILENCE) ? memory
					: grant.content();
			long term = (this.schedule.broken() == Broken.TERM_NEVER_ENDS) ? 100 * Schedule.LEASE : Schedule.LEASE;
			SimulatedLease lease = new SimulatedLease(this, over, partition, grant.epoch(),
					this.name + ':' + grant.epoch() + ':' + nonce, new LeaseTerm(term, grant.number(), asked), base);
			this.leases.put(partition, lease);
			lease.rest();
		});
	}

	private void drain(int partition) {
		SimulatedLease lease = this.leases.get(partition);
		if (lease != null && !lease.isDraining()) {
			lease.drain();
			after(this.schedule.drainBound(), () -> {
				if (!lease.hasEnded()) {
					lease.giveUpDraining();
					poll();
				}
			});
		}
	}

	private boolean releaseDrained() {
		boolean released = false;
		for (SimulatedLease lease : List.copyOf(this.leases.values())) {
			if (lease.isDraining() && lease.isDrained()) {
				released = true;
				lease.end("given up");
				this.leases.remove(lease.partition());
				await((server) -> server.release(this.name, lease.partition(), lease.value()), (answer) -> {
				});
			}
		}
		return released;
	}

	private boolean leaveGroup() {
		List.copyOf(this.leases.keySet()).forEach(this::drain);
		if (releaseDrained() || !this.leases.isEmpty()) {
			return false;
		}
		await((server) -> server.heartbeat(this.name, false, null, ""), (group) -> {
			this.schedule.trace(this.name, "has left");
			crash();
		});
		return true;
	}

	/** A lease ended; the polling thread is told. */
	void ended(SimulatedLease lease) {
		this.remembered.put(lease.partition(), lease.base());
		at(this.time.now(), this::poll);
	}

	// The timer.

	private void renewLeases() {
		for (SimulatedLease lease : List.copyOf(this.leases.values())) {
			lease.endIfOver();
			Connection over = session();
			if (over != null && !lease.hasEnded()) {
				lease.renew(over);
			}
		}
		after(Schedule.LEASE / Membership.RENEWALS, this::renewLeases);
	}

}
