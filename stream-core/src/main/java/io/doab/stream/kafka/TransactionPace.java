package io.doab.stream.kafka;

import java.time.Duration;
import java.util.LongSummaryStatistics;

/**
 * When the next transaction begins. A transaction costs the broker and the client the
 * same whatever it holds, so while very much is done it is waited a moment until it holds
 * enough: all partitions of the member, for the one that does most. A member that does a
 * hundred events at a time never waits. Not for several threads.
 */
final class TransactionPace {

	/** Longer than this nothing waits. */
	private static final Duration LONGEST = Duration.ofMillis(50);

	/** Of less than this part of enough none is to be had in time. */
	private static final int PART = 4;

	/** Nor where all partitions together had less than this: few are in flight. */
	private static final int LEAST = 250;

	/** Of many partitions each has fewer in flight: of all together these are enough. */
	private static final int TOGETHER = 12_000;

	private final long enough;

	private long began;

	private long cycle;

	private long notBefore;

	/**
	 * Creates one.
	 * @param enough for how many events of one partition it is waited at most: not more
	 * than may be in flight beside those that are handled
	 */
	TransactionPace(int enough) {
		this.enough = enough;
		this.began = System.nanoTime();
		this.notBefore = this.began;
	}

	/** A transaction begins. */
	void begins(long now) {
		this.cycle = now - this.began;
		this.began = now;
		this.notBefore = now;
	}

	/**
	 * It is committed.
	 * @param events how many it held of each partition
	 * @param owned how many partitions the member has, with events or without
	 */
	void committed(LongSummaryStatistics events, int owned) {
		long most = events.getMax();
		long enoughOfOne = Math.min(this.enough, TOGETHER / Math.max(1, owned));
		if (events.getSum() >= LEAST && PART * most >= enoughOfOne && most < enoughOfOne) {
			this.notBefore = this.began + Math.min(LONGEST.toNanos(), this.cycle / most * enoughOfOne);
		}
	}

	/**
	 * How long the next one is to wait, in nanoseconds; not positive when it need not.
	 */
	long left(long now) {
		return this.notBefore - now;
	}

}
