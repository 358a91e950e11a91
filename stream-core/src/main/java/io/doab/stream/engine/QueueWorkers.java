package io.doab.stream.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Runs the deliveries of one consumer on virtual threads, so many at once.
 *
 * <p>
 * While a handler waits for something that is away, nothing begins but what waited for it
 * and tries again: others would meet the same. The first that gets through lets all go
 * on.
 *
 * <p>
 * Everything belongs to the lock, which is held for moments.
 */
final class QueueWorkers {

	private static final ThreadFactory THREADS = Thread.ofVirtual().name("doab-queue-", 0).factory();

	private final int concurrency;

	private final Consumer<QueueWork> runner;

	/** What nobody has begun with. */
	private final Queue<QueueWork> waiting = new ArrayDeque<>();

	/** What had begun, waited for something that was away, and tries again. */
	private final Queue<QueueWork> returning = new ArrayDeque<>();

	/** What needs something that is away, be it that it waits or tries again. */
	private final Set<QueueWork> held = new HashSet<>();

	/** What waits until it tries again. */
	private final Set<QueueWork> asleep = new HashSet<>();

	private final Set<Thread> threads = new HashSet<>();

	private boolean stopped;

	QueueWorkers(int concurrency, Consumer<QueueWork> runner) {
		this.concurrency = concurrency;
		this.runner = runner;
	}

	/** Returns false when the consumer has stopped. */
	synchronized boolean add(QueueWork work) {
		if (this.stopped) {
			return false;
		}
		this.waiting.add(work);
		startThread();
		return true;
	}

	/** Something is away that a work needs; it comes back by {@link #retry}. */
	synchronized void hold(QueueWork work) {
		this.held.add(work);
		this.asleep.add(work);
	}

	/** A work that was held runs again, unless the consumer has stopped. */
	synchronized void retry(QueueWork work) {
		this.asleep.remove(work);
		if (!this.stopped) {
			this.returning.add(work);
			startThread();
		}
	}

	/** A work found what it needs. */
	synchronized void gotThrough(QueueWork work) {
		if (this.held.contains(work)) {
			this.held.clear();
			startThreads();
		}
	}

	/** A work was lost, and does not try again. */
	synchronized void forget(QueueWork work) {
		if (this.held.remove(work)) {
			startThreads();
		}
	}

	private void startThreads() {
		for (int i = this.waiting.size(); i > 0 && startThread(); i--) {
			// One for each that waits.
		}
	}

	private boolean startThread() {
		if (this.stopped || this.threads.size() >= this.concurrency || !hasNext()) {
			return false;
		}
		Thread thread = THREADS.newThread(this::run);
		this.threads.add(thread);
		thread.start();
		return true;
	}

	private boolean hasNext() {
		return !this.returning.isEmpty() || (this.held.isEmpty() && !this.waiting.isEmpty());
	}

	private void run() {
		for (QueueWork work = next(); work != null; work = next()) {
			if (!isStopped()) {
				// What the handler before may have left behind is not this one's.
				Thread.interrupted();
			}
			this.runner.accept(work);
		}
	}

	private synchronized @Nullable QueueWork next() {
		if (this.stopped || !hasNext()) {
			this.threads.remove(Thread.currentThread());
			notifyAll();
			return null;
		}
		QueueWork back = this.returning.poll();
		return (back != null) ? back : this.waiting.poll();
	}

	synchronized boolean isStopped() {
		return this.stopped;
	}

	/** Begins nothing more; returns what does not run. */
	synchronized List<QueueWork> stop() {
		this.stopped = true;
		List<QueueWork> left = new ArrayList<>(this.waiting);
		left.addAll(this.returning);
		left.addAll(this.asleep);
		this.waiting.clear();
		this.returning.clear();
		this.asleep.clear();
		return left;
	}

	/** Waits until nothing runs any more, at most so long; interrupts what does then. */
	synchronized void awaitEnd(Duration limit) throws InterruptedException {
		long began = System.nanoTime();
		while (!this.threads.isEmpty()) {
			long left = limit.toNanos() - (System.nanoTime() - began);
			if (left <= 0) {
				this.threads.forEach(Thread::interrupt);
				return;
			}
			wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
		}
	}

}
