package io.doab.local;

import java.time.Duration;
import java.util.Locale;

/** How long something has taken so far, for people. */
final class Stopwatch {

	private final long began = System.nanoTime();

	boolean isOver(Duration limit) {
		return System.nanoTime() - this.began > limit.toNanos();
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "(%.1f s)", (System.nanoTime() - this.began) / 1e9);
	}

}
