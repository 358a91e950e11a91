package io.doab.stream.engine;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A work that the last owner, who vanished, may have had in hand. Belongs to the lock of
 * its partition.
 */
final class Suspect {

	/**
	 * What it is found under, in this and in later processes: its place in the stream.
	 */
	final String id;

	private Phase phase = Phase.HELD;

	private @Nullable Mark verdict;

	Suspect(String id) {
		this.id = id;
	}

	private enum Phase {

		/** Not marked: it must not begin. */
		HELD,

		/** Its mark is in the next commit, or in the one under way. */
		MARKING,

		/** It may begin: its mark is stored, or it was judged. */
		FREE

	}

	boolean isHeld() {
		return this.phase == Phase.HELD;
	}

	boolean isFree() {
		return this.phase == Phase.FREE;
	}

	void marking() {
		this.phase = Phase.MARKING;
	}

	void free() {
		this.phase = Phase.FREE;
	}

	void hold() {
		this.phase = Phase.HELD;
	}

	/** It ended too many processes: it is not to be run any more. */
	void judge(Mark mark) {
		this.verdict = mark;
		this.phase = Phase.FREE;
	}

	/** The mark that was one too many, or null. */
	@Nullable Mark verdict() {
		return this.verdict;
	}

	/**
	 * How often it was begun after its first owner vanished.
	 *
	 * @param since when first
	 */
	record Mark(int deliveries, Instant since) {

		Mark next() {
			return new Mark(this.deliveries + 1, this.since);
		}

	}

}
