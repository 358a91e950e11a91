package io.doab.stream.redis;

/**
 * Has something done at a time that may be put off and brought forward.
 */
final class Alarm {

	private final VirtualTime time;

	private final SimulatedProcess process;

	private final Runnable action;

	private long due;

	/** When it is looked at next: not later than it is due. */
	private long planned = Long.MAX_VALUE;

	Alarm(VirtualTime time, SimulatedProcess process, Runnable action) {
		this.time = time;
		this.process = process;
		this.action = action;
	}

	boolean isDue() {
		return this.time.now() >= this.due;
	}

	/** It is due when this much of the process's own time is over, and not before. */
	void set(long delay) {
		this.due = this.process.in(delay);
		plan();
	}

	private void plan() {
		if (this.due < this.planned) {
			long at = this.due;
			this.planned = at;
			this.process.at(at, () -> {
				if (this.planned == at) {
					this.planned = Long.MAX_VALUE;
					ring();
				}
			});
		}
	}

	private void ring() {
		if (isDue()) {
			this.action.run();
		}
		else {
			plan();
		}
	}

}
