package io.doab.stream.redis;

/**
 * The process of a simulated member: its clock, and whether it runs and is reached.
 */
final class SimulatedProcess {

	private final Schedule schedule;

	private final VirtualTime time;

	private final long clockOffset;

	private final double clockRate;

	private boolean alive = true;

	private long pausedUntil;

	private long answersWaitUntil;

	private long cutOffFromServerUntil;

	private long cutOffFromClientUntil;

	SimulatedProcess(Schedule schedule) {
		this.schedule = schedule;
		this.time = schedule.time();
		this.clockOffset = schedule.random().nextLong();
		this.clockRate = 1 + Schedule.DRIFT * (2 * schedule.random().nextDouble() - 1);
	}

	/** The time, as this process has it. */
	long clock() {
		return this.clockOffset + (long) (this.time.now() * this.clockRate);
	}

	/** When, for all others, this much of its own time is over. */
	long in(long delay) {
		return this.time.now() + (long) (delay / this.clockRate) + 1;
	}

	/** Has it done when this much of its own time is over. */
	void after(long delay, Runnable action) {
		at(in(delay), action);
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

	boolean isAlive() {
		return this.alive;
	}

	void kill() {
		this.alive = false;
	}

	/**
	 * It takes no step, while its clock goes on. Its threads may wake up one after the
	 * other.
	 * @param timers how long nothing is done that was planned
	 * @param answers how long no answer is taken
	 */
	void pause(long timers, long answers) {
		this.pausedUntil = Math.max(this.pausedUntil, this.time.now() + this.schedule.beforeCalm(timers));
		this.answersWaitUntil = Math.max(this.answersWaitUntil, this.time.now() + this.schedule.beforeCalm(answers));
	}

	long answersWaitUntil() {
		return this.answersWaitUntil;
	}

	/** Nothing that it sends arrives, and nothing arrives at it, and nobody says so. */
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

}
