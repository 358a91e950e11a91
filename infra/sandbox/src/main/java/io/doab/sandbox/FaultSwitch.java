package io.doab.sandbox;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Tells each call of a part of the sandbox what it is to meet. Safe for use by several
 * threads; a call that waits goes on at once when the behaviour is changed.
 */
final class FaultSwitch {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private Behaviour behaviour = Behaviour.GOOD;

	private long changes;

	private long calls;

	Behaviour behaviour() {
		this.lock.lock();
		try {
			return this.behaviour;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Changes it for all calls from now on; counting to the nth begins anew. */
	void set(Behaviour next) {
		this.lock.lock();
		try {
			this.behaviour = next;
			this.changes++;
			this.calls = 0;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Lets a call wait for as long as it is to, and says what it meets then: a behaviour
	 * that is faulty only when it is this call's turn.
	 */
	Behaviour next() {
		this.lock.lock();
		try {
			Behaviour current = this.behaviour;
			boolean turn = ++this.calls % current.everyNth() == 0;
			long before = this.changes;
			long nanos = current.delay().toNanos();
			while (nanos > 0 && this.changes == before) {
				nanos = this.changed.awaitNanos(nanos);
			}
			return turn ? this.behaviour : this.behaviour.slowOnly();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Behaviour.GOOD;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Answers a call, or does to it what the behaviour says.
	 * @param work keeps what the call brought
	 */
	Answer around(Supplier<Answer> work) {
		Behaviour met = next();
		if (!met.isFaulty()) {
			return work.get();
		}
		if (met.keep()) {
			var _ = work.get();
		}
		return met.down() ? Answer.none() : Answer.told(met);
	}

}
