package io.doab.stream.engine;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Runs the ready lanes of a member on virtual threads, as few as do the work.
 *
 * <p>
 * A runner takes one ready lane after the other. While handlers return quickly there is a
 * runner per processor, and an event costs no hand-off between threads. Once handlers are
 * seen to block, each ready lane gets a runner of its own, up to the concurrency. They
 * are seen to block by the mean time of a handler, or when ready lanes have waited a
 * moment without any handler returning.
 *
 * <p>
 * Any thread may call {@link #ready}. A lane is in the queue at most once ({@link Lane}),
 * so it is run by one runner at a time. A runner that ends looks at the queue again after
 * it has given up its place: no lane is left behind.
 */
final class LaneScheduler implements LaneExecutor {

	/** A handler that takes longer is one that blocks. */
	private static final long BLOCKING_NANOS = Duration.ofMillis(1).toNanos() / 5;

	private static final Duration STALL_CHECK = Duration.ofMillis(2);

	private static final ThreadFactory RUNNERS = Thread.ofVirtual().name("doab-handler-", 0).factory();

	private final Queue<Lane> ready = new ConcurrentLinkedQueue<>();

	private final AtomicInteger readyCount = new AtomicInteger();

	private final AtomicInteger runners = new AtomicInteger();

	private final AtomicLong runs = new AtomicLong();

	private final AtomicBoolean stallCheck = new AtomicBoolean();

	private final int concurrency;

	private final int quickRunners;

	private final EngineTime time;

	private volatile long meanNanos;

	LaneScheduler(int concurrency, EngineTime time) {
		this.concurrency = concurrency;
		this.quickRunners = Math.min(concurrency, Runtime.getRuntime().availableProcessors());
		this.time = time;
	}

	@Override
	public void ready(Lane lane) {
		this.ready.add(lane);
		this.readyCount.incrementAndGet();
		startRunnerIfUseful();
	}

	@Override
	public void ran(long nanos) {
		this.runs.incrementAndGet();
		// Racy on purpose: a lost update changes the mean of many by a little.
		long mean = this.meanNanos;
		this.meanNanos = mean + (nanos - mean) / 16;
	}

	private void startRunnerIfUseful() {
		boolean blocking = this.meanNanos > BLOCKING_NANOS;
		int limit = blocking ? this.concurrency : this.quickRunners;
		if (!startRunner(limit) && !blocking && limit < this.concurrency) {
			armStallCheck();
		}
	}

	private boolean startRunner(int limit) {
		int running = this.runners.get();
		while (running < limit) {
			if (this.runners.compareAndSet(running, running + 1)) {
				RUNNERS.newThread(this::run).start();
				return true;
			}
			running = this.runners.get();
		}
		return false;
	}

	private void run() {
		try {
			for (Lane lane = next(); lane != null; lane = next()) {
				lane.partition.run(lane);
			}
		}
		finally {
			this.runners.decrementAndGet();
			if (!this.ready.isEmpty()) {
				startRunnerIfUseful();
			}
		}
	}

	private @Nullable Lane next() {
		Lane lane = this.ready.poll();
		if (lane != null) {
			this.readyCount.decrementAndGet();
		}
		return lane;
	}

	/**
	 * All quick runners are taken and a lane waits: look in a moment whether they get on.
	 */
	private void armStallCheck() {
		if (this.stallCheck.compareAndSet(false, true)) {
			long before = this.runs.get();
			this.time.after(STALL_CHECK, () -> {
				this.stallCheck.set(false);
				if (this.ready.isEmpty()) {
					return;
				}
				if (this.runs.get() == before) {
					this.meanNanos = Math.max(this.meanNanos, 2 * BLOCKING_NANOS);
					for (int i = this.readyCount.get(); i > 0 && startRunner(this.concurrency); i--) {
						// One for each lane that waits.
					}
				}
				else {
					armStallCheck();
				}
			});
		}
	}

}
