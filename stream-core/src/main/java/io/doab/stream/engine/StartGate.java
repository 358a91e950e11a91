package io.doab.stream.engine;

import java.util.List;
import java.util.Map;

import io.doab.stream.Position;

/**
 * What has to be committed before a work may begin. Belongs to the lock of its partition.
 */
interface StartGate {

	/** Whether the ends of the inputs at the take-over are of use to it. */
	boolean wantsEnds();

	void endedAt(Map<String, Position> positions);

	/** Looks at an event that was fetched and is not done. */
	void examine(Work.EventWork work);

	/** Looks at a timer that came due. Needs no lock. */
	void examine(Work.TimerWork work);

	/**
	 * Whether the first work of a lane has to wait. The lane is among those of
	 * {@link #committed} when it has not to any more.
	 */
	boolean holdsBack(Lane lane);

	/** Whether a work has to run although the partition is being given up. */
	boolean mustRun(Work work);

	/** A work is done, or will not be run any more. */
	void done(Work work);

	/** The first works of a lane wait for another attempt. */
	void failed(Lane lane);

	/**
	 * Whether there is something to commit.
	 * @param idle whether no work runs
	 */
	boolean hasChanges(boolean idle);

	/** Adds what the commit that begins is to store. */
	void contribute(Effects effects);

	/** The commit was applied. Returns the lanes that may go on. */
	List<Lane> committed();

	/** Nothing more begins, but for what must. */
	void drain();

	/** Whether the partition cannot be given up yet. */
	boolean owes();

	void stop();

}
