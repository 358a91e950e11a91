package io.doab.stream.engine;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.doab.stream.HeldEvent;
import io.doab.stream.ProcessorInput;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.TimerKey;

import org.jspecify.annotations.Nullable;

/**
 * One thing that a lane runs. Linked into its lane; belongs to the lock of its partition,
 * but for what never changes.
 */
abstract sealed class Work {

	/** The next of the same lane. */
	@Nullable Work next;

	/** How often it was tried, but for what was no fault of its. */
	int attempts;

	/** How often in a row something was away that its handler needs. */
	int outages;

	@Nullable Instant firstFailure;

	/**
	 * How many of its batch are tried together, at most: fewer and fewer, when one of
	 * them makes a batch fail.
	 */
	int together = Integer.MAX_VALUE;

	/**
	 * Events that it is to resume and that failed for good: they go to the dead letters
	 * when it runs again.
	 */
	Map<HeldEvent, Refusal> refused = Map.of();

	/** The state entries that it may read, held in the cache until its commit. */
	List<StateKey> states = List.of();

	/**
	 * Whether the process may have ended because of it before, or null: then it cannot.
	 */
	@Nullable Suspect suspect;

	abstract @Nullable String key();

	/** Whether something has to be committed before it may begin. */
	boolean isHeldBack() {
		return this.suspect != null && !this.suspect.isFree();
	}

	/** Its attempts so far were those of an event that it resumes, and end with it. */
	void refuse(HeldEvent held, Exception cause) {
		Map<HeldEvent, Refusal> more = new HashMap<>(this.refused);
		more.put(held, new Refusal(cause, this.attempts, this.firstFailure));
		this.refused = more;
		this.attempts = 0;
		this.firstFailure = null;
	}

	/** Why an event that was held is not resumed. */
	record Refusal(Exception cause, int attempts, @Nullable Instant firstFailure) {
	}

	/** An event of an input. */
	static final class EventWork extends Work {

		final ProcessorInput<?> input;

		final StreamRecord record;

		/** Its place in its input, or null when it was parked and acknowledged before. */
		final InputProgress.@Nullable Entry entry;

		/** Whether it has to be acknowledged before it may begin. */
		boolean unacknowledged;

		/** Whether the next commit, or the one under way, acknowledges it. */
		boolean acknowledging;

		/** The entry that remembers its id, when it may come twice. */
		@Nullable StateKey seen;

		/** What it is parked as, or null. */
		ParkedQueue.@Nullable Entry parked;

		/** Whether it is to be parked behind others instead of being run. */
		boolean behindParked;

		EventWork(ProcessorInput<?> input, StreamRecord record, InputProgress.@Nullable Entry entry) {
			this.input = input;
			this.record = record;
			this.entry = entry;
		}

		@Override
		@Nullable String key() {
			return this.record.event().key();
		}

		@Override
		boolean isHeldBack() {
			return this.unacknowledged || super.isHeldBack();
		}

		@Override
		public String toString() {
			return "event at " + this.record.position() + " of " + this.input.stream();
		}

	}

	/** A timer that came due. */
	static final class TimerWork extends Work {

		final TimerKey timer;

		final Instant due;

		/** Whether an event before it in its lane moved or cleared the timer. */
		boolean cancelled;

		TimerWork(TimerKey timer, Instant due) {
			this.timer = timer;
			this.due = due;
		}

		@Override
		String key() {
			return this.timer.key();
		}

		@Override
		public String toString() {
			return "timer '" + this.timer.name() + "' of " + this.due;
		}

	}

}
