package io.doab.local;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What every start of a process goes through, so that none outlives the stop.
 *
 * <p>
 * A process can be stopped by others only when its start has returned. So the stop closes
 * the gate, interrupts whoever is inside (an interrupted start leaves no process behind),
 * waits until all have left, and only then stops what was started. The lock guards who is
 * inside and whether the gate is closed, and is not held during a start: one that takes
 * long does not hold up others.
 */
final class StartGate {

	/**
	 * Longer than a killed process takes to go; a hung start must not hold up the stop.
	 */
	private static final Duration LEAVE_LIMIT = Duration.ofSeconds(30);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition left = this.lock.newCondition();

	private final Set<Thread> inside = new HashSet<>();

	private boolean closed;

	/**
	 * Runs a start on this thread.
	 * @throws CancellationException when the gate is closed
	 */
	void pass(Runnable start) {
		this.lock.lock();
		try {
			requireOpen();
			this.inside.add(Thread.currentThread());
		}
		finally {
			this.lock.unlock();
		}
		try {
			start.run();
		}
		finally {
			leave();
		}
	}

	/**
	 * To be asked between the steps of a start.
	 * @throws CancellationException when the gate is closed
	 */
	void requireOpen() {
		this.lock.lock();
		try {
			if (this.closed) {
				throw new CancellationException("The run is being stopped");
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Lets nobody in any more, and waits until those inside have left. */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.inside.forEach(Thread::interrupt);
			long nanos = LEAVE_LIMIT.toNanos();
			while (!this.inside.isEmpty() && nanos > 0) {
				nanos = this.left.awaitNanos(nanos);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void leave() {
		this.lock.lock();
		try {
			this.inside.remove(Thread.currentThread());
			this.left.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

}
