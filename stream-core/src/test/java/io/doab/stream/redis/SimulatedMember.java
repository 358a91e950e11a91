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

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * What {@link RedisGroupMember} does, without threads: where that waits for an answer,
 * this one returns, and goes on when the answer is there.
 */
final class SimulatedMember {

	private final Schedule schedule;

	private final VirtualTime time;

	private final String name;

	private final SimulatedProcess process;

	private final Membership membership;

	private final Map<Integer, SimulatedLease> leases = new TreeMap<>();

	/**
	 * What was in memory of partitions that are lost; used when that is what is broken.
	 */
	private final Map<Integer, Long> remembered = new HashMap<>();

	private final Queue<String> noticed = new ArrayDeque<>();

	private final SimulatedLink link;

	/** Answers that the polling thread waits for. */
	private int awaited;

	private boolean polling;

	private final Alarm nextPoll;

	private boolean leaving;

	SimulatedMember(Schedule schedule, String name) {
		this.schedule = schedule;
		this.time = schedule.time();
		this.name = name;
		this.process = new SimulatedProcess(schedule);
		this.link = new SimulatedLink(schedule, this);
		this.nextPoll = new Alarm(this.time, this.process, this::poll);
		this.membership = new Membership(name, schedule.partitions(), Schedule.LEASE, this.process.clock());
	}

	void start() {
		poll();
		this.process.after(Schedule.LEASE / Membership.RENEWALS, this::renewLeases);
	}

	Schedule schedule() {
		return this.schedule;
	}

	String name() {
		return this.name;
	}

	boolean isAlive() {
		return this.process.isAlive();
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

	SimulatedLink link() {
		return this.link;
	}

	SimulatedProcess process() {
		return this.process;
	}

	// Its end.

	void crash() {
		this.process.kill();
		this.link.close();
	}

	/** It is to leave in good order. */
	void leave() {
		this.leaving = true;
		this.process.at(this.time.now(), this::poll);
	}

	// Connection.

	private void connect() {
		Connection made = this.link.connect();
		if (made == null) {
			this.nextPoll.set(this.link.pause());
			return;
		}
		await(SimulatedServer::run, (run) -> {
			this.link.connected();
			this.membership.changed(this.process.clock());
			List.copyOf(this.leases.values()).forEach((lease) -> lease.met(made));
		});
	}

	/** A connection has ended. */
	void lost(Connection connection) {
		if (isAlive() && this.link.lost(connection)) {
			this.awaited = 0;
			this.nextPoll.set(this.link.pause());
		}
	}

	void noticed(Connection from, String notice) {
		if (this.link.connection() == from && isAlive()) {
			this.noticed.add(notice);
			this.process.at(this.process.answersWaitUntil(), this::poll);
		}
	}

	private <T> void await(Function<SimulatedServer, T> request, Consumer<T> answer) {
		Connection to = this.link.connection();
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
				boolean more = true;
				while (more && isAlive() && this.awaited == 0) {
					more = step();
				}
			}
			finally {
				this.polling = false;
			}
		}
	}

	/** Returns whether there may be more to do. */
	private boolean step() {
		if (this.link.connection() == null) {
			if (!this.nextPoll.isDue()) {
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
		if (this.membership.isHeartbeatDue(this.process.clock())) {
			heartbeat(null, "");
			return true;
		}
		if (this.schedule.broken() != Broken.KEEPS_SURPLUS) {
			this.membership.surplus(this.leases.keySet()).forEach(this::drain);
		}
		if (releaseDrained()) {
			return true;
		}
		List<Integer> wanted = this.membership.wanted(this.leases.keySet(), this.process.clock());
		if (!wanted.isEmpty()) {
			wanted.forEach(this::acquire);
			return true;
		}
		this.nextPoll.set(Math.max(this.membership.idleNanos(this.process.clock()), Schedule.MILLISECOND));
		return false;
	}

	private void notice(String notice) {
		if (notice.equals("changed")) {
			this.membership.changed(this.process.clock());
		}
		else {
			this.membership.freed(Integer.parseInt(notice));
		}
	}

	private void heartbeat(@Nullable String base, String proposal) {
		long asked = this.process.clock();
		await((server) -> server.heartbeat(this.name, true, base, proposal), (group) -> {
			Assignment stored = this.schedule.decode(group.assignment());
			boolean once = this.schedule.broken() == Broken.HEARTBEAT_ONCE;
			Assignment next = this.membership.heard(group.members(), TimeUnit.MILLISECONDS.toNanos(group.otherEndsIn()),
					stored, once ? asked + 100 * Schedule.LEASE : asked);
			if (next != null) {
				Assignment afresh = new Assignment(next.version(),
						Assignment.NONE.next(group.members(), this.schedule.partitions()).shares());
				heartbeat(group.assignment(),
						((this.schedule.broken() == Broken.ASSIGNS_AFRESH) ? afresh : next).encode());
			}
		});
	}

	private void acquire(int partition) {
		Connection over = this.link.session();
		if (over == null) {
			return;
		}
		String nonce = (this.schedule.broken() == Broken.NONCE_IS_CONSTANT) ? this.name
				: Long.toHexString(this.schedule.random().nextLong());
		long asked = this.process.clock();
		await((server) -> server.acquire(this.name, partition, nonce), (grant) -> {
			if (grant.epoch() == 0) {
				this.membership.taken(partition, (grant.freeIn() + 5) * Schedule.MILLISECOND, this.process.clock());
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
			this.process.after(this.schedule.weather().drainBound(), () -> {
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
		this.process.at(this.time.now(), this::poll);
	}

	// The timer.

	private void renewLeases() {
		for (SimulatedLease lease : List.copyOf(this.leases.values())) {
			lease.endIfOver();
			Connection over = this.link.session();
			if (over != null && !lease.hasEnded()) {
				lease.renew(over);
			}
		}
		this.process.after(Schedule.LEASE / Membership.RENEWALS, this::renewLeases);
	}

}
