package io.doab.local;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Starts again what died, with a growing pause, and gives up on what dies again and
 * again. A start that fails is a death too.
 *
 * <p>
 * Belongs to one thread, which no start holds up: they run on the executor, and that
 * thread looks at what has become of them.
 */
final class Supervisor {

	private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

	private static final Duration WINDOW = Duration.ofMinutes(1);

	private static final int MAX_DEATHS = 5;

	private final Map<String, Watched> watched = new LinkedHashMap<>();

	private final Executor starts;

	/**
	 * Watches nothing yet.
	 * @param starts runs the starts
	 */
	Supervisor(Executor starts) {
		this.starts = starts;
	}

	/**
	 * Watches a process.
	 * @param start starts it and returns when it serves, or throws
	 */
	void watch(String name, BooleanSupplier alive, Runnable start) {
		this.watched.put(name, new Watched(name, alive, start, this.starts));
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

	/** What died since the last report, and what does not run. */
	List<String> report(long nowNanos) {
		return this.watched.values().stream().map((each) -> each.report(nowNanos)).flatMap(Optional::stream).toList();
	}

	/**
	 * One process: it runs, or waits for its start, or is being started.
	 */
	private static final class Watched {

		private final String name;

		private final BooleanSupplier alive;

		private final Runnable start;

		private final Executor starts;

		private final Deque<Long> deaths = new ArrayDeque<>();

		private int deathsToTell;

		private String reason = "";

		private @Nullable Long restartNanos;

		private @Nullable CompletableFuture<Void> starting;

		private Watched(String name, BooleanSupplier alive, Runnable start, Executor starts) {
			this.name = name;
			this.alive = alive;
			this.start = start;
			this.starts = starts;
		}

		/** False when it died too often. */
		private boolean check(long nowNanos) {
			if (this.restartNanos != null) {
				if (nowNanos >= this.restartNanos) {
					this.restartNanos = null;
					this.starting = CompletableFuture.runAsync(this.start, this.starts);
				}
				return true;
			}
			if (this.starting != null) {
				return checkStart(this.starting, nowNanos);
			}
			return this.alive.getAsBoolean() || died("", nowNanos);
		}

		private boolean checkStart(CompletableFuture<Void> current, long nowNanos) {
			if (!current.isDone()) {
				return true;
			}
			this.starting = null;
			return !current.isCompletedExceptionally() || died(firstLine(current.exceptionNow()), nowNanos);
		}

		/** Plans the next start. False when it died too often. */
		private boolean died(String why, long nowNanos) {
			this.reason = why;
			this.deathsToTell++;
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

		private Optional<String> report(long nowNanos) {
			if (this.deathsToTell == 0 && this.restartNanos == null && this.starting == null) {
				return Optional.empty();
			}
			String died = (this.deathsToTell > 0) ? " died " + this.deathsToTell + "x, " : " ";
			this.deathsToTell = 0;
			return Optional.of(this.name + died + state(nowNanos));
		}

		private String state(long nowNanos) {
			if (this.restartNanos != null) {
				long seconds = Duration.ofNanos(this.restartNanos - nowNanos).plusMillis(999).toSeconds();
				return "starts again in " + seconds + " s" + (this.reason.isEmpty() ? "" : " (" + this.reason + ")");
			}
			return (this.starting != null) ? "is being started" : "started again";
		}

		private static String firstLine(Throwable failure) {
			return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
		}

	}

}
