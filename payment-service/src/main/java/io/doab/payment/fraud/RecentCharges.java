package io.doab.payment.fraud;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * When something was charged lately, in the order of time: as many times as it takes to
 * see that there are too many, and no more.
 *
 * @param times milliseconds of the epoch
 */
record RecentCharges(List<Long> times) {

	static final RecentCharges NONE = new RecentCharges(List.of());

	/**
	 * With one more. It may be older than others: streams of different orders are read
	 * side by side.
	 */
	RecentCharges with(Instant charged) {
		List<Long> more = new ArrayList<>(this.times);
		int found = Collections.binarySearch(more, charged.toEpochMilli());
		more.add((found < 0) ? -found - 1 : found, charged.toEpochMilli());
		return new RecentCharges(more);
	}

	/** The latest of them. */
	RecentCharges latest(int count) {
		int size = this.times.size();
		return (size <= count) ? this : new RecentCharges(List.copyOf(this.times.subList(size - count, size)));
	}

	/**
	 * Whether these are more than so many, and all within the window: less than its
	 * length lies between the first and the last.
	 */
	boolean exceed(int count, Duration window) {
		return this.times.size() > count && this.times.getLast() - this.times.getFirst() < window.toMillis();
	}

}
