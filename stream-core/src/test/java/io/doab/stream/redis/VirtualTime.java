package io.doab.stream.redis;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The time of a simulation, in nanoseconds: it stands still while something happens, and
 * jumps to what happens next. What comes at the same time comes in the order of planning.
 *
 * <p>
 * A binary heap: most of what a simulation does is to plan.
 */
final class VirtualTime {

	/** A key is a time, and below it the number of what was planned. */
	private static final int NUMBER_BITS = 22;

	private long[] keys = new long[128];

	private @Nullable Runnable[] actions = new Runnable[128];

	private int size;

	private long now;

	private long count;

	long now() {
		return this.now;
	}

	/** Has it done then, or now when that is past. */
	void at(long time, Runnable action) {
		if (this.size == this.keys.length) {
			this.keys = Arrays.copyOf(this.keys, 2 * this.size);
			this.actions = Arrays.copyOf(this.actions, 2 * this.size);
		}
		int hole = this.size++;
		long key = (Math.max(time, this.now) << NUMBER_BITS) + this.count++;
		while (hole > 0 && this.keys[(hole - 1) / 2] > key) {
			move((hole - 1) / 2, hole);
			hole = (hole - 1) / 2;
		}
		this.keys[hole] = key;
		this.actions[hole] = action;
	}

	void after(long delay, Runnable action) {
		at(this.now + delay, action);
	}

	void runUntil(long end) {
		while (this.size > 0 && this.keys[0] >> NUMBER_BITS <= end) {
			this.now = this.keys[0] >> NUMBER_BITS;
			Runnable next = this.actions[0];
			removeFirst();
			if (next != null) {
				next.run();
			}
		}
		this.now = end;
	}

	private void removeFirst() {
		int last = --this.size;
		long key = this.keys[last];
		int hole = 0;
		for (int child = 1; child < last; child = 2 * hole + 1) {
			if (child + 1 < last && this.keys[child + 1] < this.keys[child]) {
				child++;
			}
			if (this.keys[child] >= key) {
				break;
			}
			move(child, hole);
			hole = child;
		}
		move(last, hole);
		this.actions[last] = null;
	}

	private void move(int from, int to) {
		this.keys[to] = this.keys[from];
		this.actions[to] = this.actions[from];
	}

}
