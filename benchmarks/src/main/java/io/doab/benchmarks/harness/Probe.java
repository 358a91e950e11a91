package io.doab.benchmarks.harness;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * The handlers that all contenders run, and what they note. The first event that is
 * handled starts the clock: what it takes to join a group is no part of a figure. Safe
 * for use by many threads.
 */
public final class Probe {

	private final Task task;

	private final @Nullable EventCount count;

	private final AtomicIntegerArray running;

	private final CountDownLatch begun = new CountDownLatch(1);

	private final AtomicReference<@Nullable Usage> atBegin = new AtomicReference<>();

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	private volatile boolean began;

	Probe(Task task) {
		this.task = task;
		this.count = (task.workload() == Workload.BLOCKING) ? new EventCount(task.events(), task.keys()) : null;
		this.running = new AtomicIntegerArray(task.keys());
	}

	/** The order, accepted. */
	public byte[] transform(byte[] payload) {
		begin();
		return Orders.accepted(payload);
	}

	/** The order with how many of its key there were, this one included. */
	public byte[] count(byte[] payload, long ofKey) {
		begin();
		return Orders.counted(payload, ofKey);
	}

	/**
	 * Blocks, as a call to somebody would, and notes the order in which it was called.
	 */
	public void block(byte[] payload) {
		begin();
		EventCount counted = this.count;
		if (counted == null) {
			throw new IllegalStateException("Nothing blocks in " + this.task.workload());
		}
		int number = Orders.number(payload);
		int key = number % this.task.keys();
		if (!this.running.compareAndSet(key, 0, 1)) {
			counted.addUnordered();
		}
		try {
			Thread.sleep(this.task.handlerMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
		counted.add(number);
		this.running.set(key, 0);
	}

	/** Does not come back, as a call to somebody who does not answer. */
	public void stall() {
		begin();
		try {
			new CountDownLatch(1).await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	/** A contender cannot go on. Its log, which is the error output, tells why. */
	public void failed(Throwable cause) {
		cause.printStackTrace();
		this.failure.compareAndSet(null, cause);
		this.begun.countDown();
	}

	/** An event is in hand: the first one starts the clock. */
	void begin() {
		if (!this.began) {
			this.began = true;
			if (this.atBegin.compareAndSet(null, Usage.now(this.task.serverPids()))) {
				this.begun.countDown();
			}
		}
	}

	/** Whether an event was handled. */
	boolean hasBegun() {
		Throwable cause = this.failure.get();
		if (cause != null) {
			throw new IllegalStateException("The contender failed: " + cause, cause);
		}
		return this.begun.getCount() == 0;
	}

	/** Whether every event was handled, where the outputs do not tell. */
	boolean hasSeenAll() {
		EventCount counted = this.count;
		return counted == null || counted.seen() >= this.task.events();
	}

	@Nullable Usage usageAtBegin() {
		return this.atBegin.get();
	}

	@Nullable Soundness soundness() {
		EventCount counted = this.count;
		return (counted != null) ? counted.soundness() : null;
	}

}
