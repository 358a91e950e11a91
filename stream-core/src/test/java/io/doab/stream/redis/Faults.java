package io.doab.stream.redis;

import java.util.List;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

/**
 * What goes wrong in a schedule.
 */
final class Faults {

	private static final int MOST_MEMBERS = 5;

	private static final Fault[] ALL = Fault.values();

	private final Schedule schedule;

	private final SplittableRandom random;

	Faults(Schedule schedule) {
		this.schedule = schedule;
		this.random = schedule.random();
	}

	private enum Fault {

		PAUSE, LONG_PAUSE, CRASH, JOIN, LEAVE, BREAK, BREAK_ALL, CUT_OFF, DELAY, RESTART, FAILOVER, FLUSH, DELETE_LEASE

	}

	/** Draws faults for the time until the given one. */
	void plan(long end) {
		int count = this.random.nextInt(8);
		for (int i = 0; i < count; i++) {
			Fault fault = ALL[this.random.nextInt(ALL.length)];
			this.schedule.time().at(this.random.nextLong(end), () -> happen(fault));
		}
	}

	private void happen(Fault fault) {
		SimulatedMember member = anyMember();
		if (fault == Fault.JOIN || member == null) {
			join();
			return;
		}
		switch (fault) {
			case PAUSE -> pause(member, Schedule.LEASE / 100, Schedule.LEASE);
			case LONG_PAUSE -> pause(member, Schedule.LEASE, 3 * Schedule.LEASE);
			case CRASH -> crash(member);
			case LEAVE -> leave(member);
			case BREAK -> breakOff(member);
			case BREAK_ALL -> this.schedule.members().forEach(this::breakOff);
			case CUT_OFF -> cutOff(member);
			case DELAY -> delay(member);
			case RESTART -> restart();
			case FAILOVER -> failOver();
			case FLUSH -> flush();
			default -> deleteLease();
		}
	}

	private @Nullable SimulatedMember anyMember() {
		List<SimulatedMember> living = this.schedule.members()
			.stream()
			.filter((member) -> member.isAlive() && !member.isLeaving())
			.toList();
		return living.isEmpty() ? null : living.get(this.random.nextInt(living.size()));
	}

	private long between(long least, long most) {
		return least + this.random.nextLong(most - least);
	}

	private void pause(SimulatedMember member, long least, long most) {
		long pause = between(least, most);
		this.schedule
			.count((pause > Schedule.LEASE) ? Happening.PAUSE_LONGER_THAN_LEASE : Happening.PAUSE_SHORTER_THAN_LEASE);
		this.schedule.trace(member.name(), "is paused for %d ms", pause / Schedule.MILLISECOND);
		// Its threads do not wake up in order.
		long slower = between(0, 20 * Schedule.MILLISECOND);
		boolean timersFirst = this.random.nextBoolean();
		member.process().pause(pause + (timersFirst ? 0 : slower), pause + (timersFirst ? slower : 0));
	}

	private void crash(SimulatedMember member) {
		this.schedule.count(Happening.CRASH);
		this.schedule.trace(member.name(), "crashes");
		member.crash();
		if (this.random.nextBoolean()) {
			this.schedule.time().after(between(Schedule.MILLISECOND, Schedule.LEASE), this::join);
		}
	}

	void join() {
		if (this.schedule.members().stream().filter(SimulatedMember::isAlive).count() < MOST_MEMBERS) {
			this.schedule.join();
		}
	}

	private void leave(SimulatedMember member) {
		this.schedule.count(Happening.LEAVE);
		this.schedule.trace(member.name(), "is to leave");
		member.leave();
	}

	private void breakOff(SimulatedMember member) {
		Connection connection = member.link().connection();
		if (connection != null && member.isAlive()) {
			this.schedule.count(Happening.BROKEN_CONNECTION);
			this.schedule.trace(member.name(), "is disconnected");
			connection.breakOff();
		}
	}

	private void cutOff(SimulatedMember member) {
		this.schedule.count(Happening.MEMBER_CUT_OFF);
		long fromServer = (this.random.nextInt(3) == 0) ? 0 : between(Schedule.MILLISECOND, 2 * Schedule.LEASE);
		long fromClient = (this.random.nextInt(3) == 0) ? 0 : between(Schedule.MILLISECOND, 2 * Schedule.LEASE);
		this.schedule.trace(member.name(), "nothing arrives from it for %d ms, and at it for %d ms",
				fromServer / Schedule.MILLISECOND, fromClient / Schedule.MILLISECOND);
		member.process().cutOff(fromServer, fromClient);
	}

	private void delay(SimulatedMember member) {
		Connection connection = member.link().connection();
		if (connection != null) {
			this.schedule.count(Happening.DELAYED_MESSAGES);
			long requests = this.random.nextBoolean() ? between(0, 2 * Schedule.LEASE) : 0;
			long answers = this.random.nextBoolean() ? between(0, 2 * Schedule.LEASE) : 0;
			this.schedule.trace(member.name(), "what it sends takes %d ms, and the answers %d ms",
					requests / Schedule.MILLISECOND, answers / Schedule.MILLISECOND);
			connection.delay(requests, answers);
		}
	}

	private void restart() {
		SimulatedServer server = this.schedule.server();
		if (server.isUp()) {
			this.schedule.count(Happening.SERVER_RESTART);
			this.schedule.trace("server", "restarts");
			server.stop();
			this.schedule.members().forEach(this::breakQuietly);
			this.schedule.time()
				.after(this.schedule.beforeCalm(between(Schedule.MILLISECOND, Schedule.LEASE)), server::start);
		}
	}

	private void breakQuietly(SimulatedMember member) {
		Connection connection = member.link().connection();
		if (connection != null && member.isAlive()) {
			connection.breakOff();
		}
	}

	/**
	 * A replica stops following, and becomes master later. Members come to know at
	 * different times.
	 */
	private void failOver() {
		SimulatedServer former = this.schedule.server();
		if (!former.isUp()) {
			return;
		}
		this.schedule.trace("server", "its replica hears nothing more");
		SimulatedServer replica = former.copy();
		long lag = this.random.nextBoolean() ? between(1, Schedule.LEASE / 10) : between(1, Schedule.LEASE);
		this.schedule.time().after(this.schedule.beforeCalm(lag), () -> {
			if (this.schedule.server() == former && former.isUp()) {
				failOver(former, replica);
			}
		});
	}

	private void failOver(SimulatedServer former, SimulatedServer replica) {
		this.schedule.count(Happening.FAILOVER);
		this.schedule.trace("server", "its replica becomes master");
		if (!replica.hasAllCommitsOf(former)) {
			this.schedule.count(Happening.FAILOVER_THAT_LOST_COMMITS);
		}
		replica.promote(former);
		undoLeases();
		this.schedule.replaceServer(replica);
		for (SimulatedMember member : this.schedule.members()) {
			long until = this.random.nextBoolean() ? between(1, 10 * Schedule.MILLISECOND) : between(1, Schedule.LEASE);
			this.schedule.time().after(this.schedule.beforeCalm(until), () -> {
				Connection connection = member.link().connection();
				if (connection != null && connection.server() == former && member.isAlive()) {
					this.schedule.trace(member.name(), "is disconnected from the former master");
					connection.breakOff();
				}
			});
		}
	}

	private void flush() {
		this.schedule.count(Happening.FLUSH);
		this.schedule.trace("server", "is flushed");
		undoLeases();
		this.schedule.server().flush();
	}

	private void deleteLease() {
		int partition = this.random.nextInt(this.schedule.partitions());
		this.schedule.count(Happening.DELETED_LEASE);
		this.schedule.trace("server", "the lease of %d is deleted", partition);
		this.schedule.invariants().undone(this.schedule.server(), partition);
		this.schedule.server().deleteLease(partition);
	}

	private void undoLeases() {
		for (int partition = 0; partition < this.schedule.partitions(); partition++) {
			this.schedule.invariants().undone(this.schedule.server(), partition);
		}
	}

}
