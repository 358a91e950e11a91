package io.doab.stream.redis;

import java.util.SplittableRandom;

/**
 * How good the network is in a schedule, and how quick handlers are. When the faults are
 * over nothing is lost and all is quick.
 */
final class Weather {

	private final Schedule schedule;

	private final SplittableRandom random;

	private final long usualLatency;

	private final int slowMessagesPercent;

	private final int lostNoticesPercent;

	private final int missingScriptsPercent;

	private final int slowHandlersPercent;

	private final long longestRest;

	Weather(Schedule schedule) {
		this.schedule = schedule;
		this.random = schedule.random();
		this.usualLatency = Schedule.MILLISECOND << this.random.nextInt(8);
		this.slowMessagesPercent = this.random.nextInt(5);
		this.lostNoticesPercent = this.random.nextBoolean() ? 0 : this.random.nextInt(101);
		this.missingScriptsPercent = this.random.nextInt(4);
		this.slowHandlersPercent = this.random.nextInt(20);
		this.longestRest = (Schedule.LEASE / 2) >> this.random.nextInt(3);
	}

	private boolean happens(int percent) {
		return !this.schedule.isCalm() && this.random.nextInt(100) < percent;
	}

	/** How long a message takes. */
	long latency() {
		long usual = this.usualLatency / 4 + this.random.nextLong(this.usualLatency);
		return happens(this.slowMessagesPercent)
				? usual + this.schedule.beforeCalm(this.random.nextLong(Schedule.LEASE)) : usual;
	}

	/** How late what was sent on a broken connection arrives. */
	long lateness() {
		return this.random.nextLong(this.random.nextBoolean() ? Schedule.LEASE / 20 : 2 * Schedule.LEASE);
	}

	/** How many of the messages that were sent on a connection arrive though it broke. */
	int surviving(int sent) {
		return (this.random.nextInt(3) == 0) ? 0 : this.random.nextInt(sent + 1);
	}

	boolean losesNotice() {
		return happens(this.lostNoticesPercent);
	}

	/**
	 * Whether the server does not know a script: it is sent again, and what was sent
	 * after it comes first.
	 */
	boolean missesScript() {
		return happens(this.missingScriptsPercent);
	}

	/** How long there is nothing to read. */
	long rest() {
		return this.random.nextLong(this.longestRest);
	}

	/** How long a handler takes. */
	long handling() {
		long usual = this.random.nextLong(20 * Schedule.MILLISECOND);
		return happens(this.slowHandlersPercent)
				? usual + this.schedule.beforeCalm(this.random.nextLong(2 * Schedule.LEASE)) : usual;
	}

	/** How long handlers may take when a partition is to be given up. */
	long drainBound() {
		return this.random.nextLong(Schedule.LEASE / 2);
	}

}
