package io.doab.local;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Starts again what died, with a growing pause, and gives up on what dies again and
 * again. Belongs to one thread.
 */
final class Supervisor {

	private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

	private static final Duration WINDOW = Duration.ofMinutes(1);

	private static final int MAX_DEATHS = 5;

	private final Map<String, Watched> watched = new LinkedHashMap<>();

	/** Watches a process. */
	void watch(String name, BooleanSupplier alive, Runnable start) {
		this.watched.put(name, new Watched(alive, start));
	}

	/**
	 * Looks at all of them, and starts those whose pause is over.
	 * @return the name of one that died too often, or null
	 */
	@Nullable String check(long nowNanos) {
		for (Map.Entry<String, Watched> entry : this.watched.entrySet()) {
			if (!entry.getValue().check(nowNanos)) {
				return entry.getKey();
			}
		}
		return null;
	}

	/** What is to be said of those that do not run. */
	List<String> troubles(long nowNanos) {
		return this.watched.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().restartNanos != null)
			.map((entry) -> entry.getKey() + " died, starts again in "
					+ Math.max(0, Duration.ofNanos(entry.getValue().restartIn(nowNanos)).toSeconds() + 1) + " s")
			.toList();
	}

	/** One process. */
	private static final class Watched {

		private final BooleanSupplier alive;

		private final Runnable start;

		private final Deque<Long> deaths = new ArrayDeque<>();

		private @Nullable Long restartNanos;

		private Watched(BooleanSupplier alive, Runnable start) {
			this.alive = alive;
			this.start = start;
		}

		private long restartIn(long nowNanos) {
			return (this.restartNanos != null) ? this.restartNanos - nowNanos : 0;
		}

		/** False when it died too often. */
		private boolean check(long nowNanos) {
			if (this.restartNanos != null) {
				if (nowNanos >= this.restartNanos) {
					this.restartNanos = null;
					this.start.run();
				}
				return true;
			}
			if (this.alive.getAsBoolean()) {
				return true;
			}
			while (!this.deaths.isEmpty() && nowNanos - this.deaths.peek() > WINDOW.toNanos()) {
				this.deaths.remove();
			}
			this.deaths.add(nowNanos);
			if (this.deaths.size() >= MAX_DEATHS) {
				return false;
			}
			long pause = Math.min(FIRST_PAUSE.toNanos() << (this.deaths.size() - 1), LONGEST_PAUSE.toNanos());
			this.restartNanos = nowNanos + pause;
			return true;
		}

	}

}
