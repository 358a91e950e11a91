package io.doab.stream.engine;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.doab.stream.GroupDescription.Pause;

import org.jspecify.annotations.Nullable;

/**
 * Whether a processor is to keep out of its group: because it is paused in this process,
 * or because its group is. Safe for use by many threads.
 */
final class PauseSwitch {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private boolean here;

	private @Nullable Pause group;

	private boolean ended;

	boolean isOn() {
		this.lock.lock();
		try {
			return !this.ended && (this.here || this.group != null);
		}
		finally {
			this.lock.unlock();
		}
	}

	String reason() {
		this.lock.lock();
		try {
			Pause pause = this.group;
			return (pause != null) ? "its group is paused since " + pause.since() + ": " + pause.reason()
					: "paused in this process";
		}
		finally {
			this.lock.unlock();
		}
	}

	void here(boolean paused) {
		this.lock.lock();
		try {
			this.here = paused;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns whether it changes anything. */
	boolean group(@Nullable Pause pause) {
		this.lock.lock();
		try {
			boolean changes = (pause == null) != (this.group == null);
			this.group = pause;
			this.changed.signalAll();
			return changes;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** It is off from now on. */
	void end() {
		this.lock.lock();
		try {
			this.ended = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	void awaitOff() throws InterruptedException {
		this.lock.lock();
		try {
			while (isOn()) {
				this.changed.await();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
