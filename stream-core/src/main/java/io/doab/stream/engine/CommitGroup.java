package io.doab.stream.engine;

import java.util.ArrayList;
import java.util.List;

import io.doab.stream.spi.AtomicCommit;

/**
 * What works did until a commit holds it. At most one commit is under way; what is done
 * meanwhile makes up the next, so that a busy partition commits many works at once and a
 * lone one does not wait. Belongs to the lock of its partition.
 */
final class CommitGroup {

	private final PartitionInputs inputs;

	private Effects effects = new Effects();

	private List<Work> works = new ArrayList<>();

	private boolean underWay;

	private boolean positionsOnly;

	CommitGroup(PartitionInputs inputs) {
		this.inputs = inputs;
	}

	void add(List<Work> done, Effects doneByThem) {
		for (Work work : done) {
			this.works.add(work);
		}
		this.effects.addAll(doneByThem);
	}

	/** The next commit is worth sending for the positions alone, if they can move. */
	void addPositions() {
		this.positionsOnly = this.inputs.canAdvance();
	}

	/** Whether one is under way, or asked for. */
	boolean isUnderWay() {
		return this.underWay;
	}

	boolean isEmpty() {
		return this.works.isEmpty() && !this.positionsOnly;
	}

	/** Whether everything that was done is stored. */
	boolean isSettled() {
		return !this.underWay && this.works.isEmpty();
	}

	/** The effects to which the next commit's own are added. */
	Effects effects() {
		return this.effects;
	}

	/** A commit is asked for: no other one is until it is stored. */
	void ask() {
		this.underWay = true;
	}

	/** Takes what was gathered for the commit that was asked for. */
	PendingCommit begin() {
		this.positionsOnly = false;
		Effects gathered = this.effects;
		List<Work> gatheredWorks = this.works;
		this.effects = new Effects();
		this.works = new ArrayList<>();
		return new PendingCommit(new AtomicCommit(this.inputs.advance(), gathered.appends, gathered.stateChanges(),
				gathered.timerChanges()), gatheredWorks);
	}

	/** The commit under way is stored. */
	void stored() {
		this.underWay = false;
	}

	/** Drops what was gathered. */
	void clear() {
		this.effects = new Effects();
		this.works = new ArrayList<>();
	}

	/** A commit, and the works whose effects it holds. */
	record PendingCommit(AtomicCommit commit, List<Work> works) {

		/** How many works it acknowledges: not those that were parked before. */
		int acknowledged() {
			int count = 0;
			for (Work work : this.works) {
				if (!(work instanceof Work.EventWork event) || event.entry != null) {
					count++;
				}
			}
			return count;
		}

	}

}
