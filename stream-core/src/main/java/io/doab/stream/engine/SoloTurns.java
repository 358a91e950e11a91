package io.doab.stream.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * Lets suspects that were met before run one at a time in a process, over all partitions
 * of all processors: when the process ends, it is known of which of them. Safe for use by
 * many threads.
 *
 * <p>
 * A turn that lasts long goes to the next all the same: a handler that never returns must
 * not keep others waiting for ever.
 */
final class SoloTurns {

	private static final Duration LONGEST_TURN = Duration.ofSeconds(10);

	private final EngineTime time;

	private final Deque<Turn> waiting = new ArrayDeque<>();

	private @Nullable Turn current;

	SoloTurns(EngineTime time) {
		this.time = time;
	}

	/**
	 * Asks for a turn.
	 * @param granted called on another thread when it has come
	 */
	synchronized Turn request(Runnable granted) {
		Turn turn = new Turn(granted);
		this.waiting.add(turn);
		if (this.current == null) {
			grantNext();
		}
		return turn;
	}

	/** Ends a turn, or withdraws the request for it. */
	synchronized void end(Turn turn) {
		if (this.current == turn) {
			grantNext();
		}
		else {
			this.waiting.remove(turn);
		}
	}

	private void grantNext() {
		Turn next = this.waiting.poll();
		this.current = next;
		if (next != null) {
			next.hasCome = true;
			this.time.after(Duration.ZERO, next.granted);
			this.time.after(LONGEST_TURN, () -> end(next));
		}
	}

	/** A turn, from its request on. Its identity is what counts. */
	static final class Turn {

		private final Runnable granted;

		private volatile boolean hasCome;

		private Turn(Runnable granted) {
			this.granted = granted;
		}

		boolean hasCome() {
			return this.hasCome;
		}

	}

}
