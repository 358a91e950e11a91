package io.doab.stream.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.doab.stream.Position;

/**
 * Delivery at most once: an event is acknowledged by a commit before it begins, as the
 * first of its lane and no sooner, so that what is lost with a process is what it had
 * begun. What was acknowledged runs, also while the partition is being given up.
 */
final class EarlyAcknowledgement implements StartGate {

	private final List<Lane> waiting = new ArrayList<>();

	/** What the next commit acknowledges. */
	private List<Lane> next = new ArrayList<>();

	/** What the commit under way acknowledges. */
	private List<Lane> committing = List.of();

	/** What is acknowledged, or about to be, and not done. */
	private final Set<Work> acknowledged = new HashSet<>();

	@Override
	public boolean wantsEnds() {
		return false;
	}

	@Override
	public void endedAt(Map<String, Position> positions) {
		// Of no use here.
	}

	@Override
	public void examine(Work.EventWork work) {
		// What was parked is acknowledged already.
		work.unacknowledged = work.entry != null;
	}

	@Override
	public void examine(Work.TimerWork work) {
		// The end of a time to live, which may come twice.
	}

	@Override
	public boolean holdsBack(Lane lane) {
		if (!Objects.requireNonNull(lane.first).isHeldBack()) {
			return false;
		}
		this.waiting.add(lane);
		return true;
	}

	@Override
	public boolean mustRun(Work work) {
		return this.acknowledged.contains(work);
	}

	@Override
	public void done(Work work) {
		this.acknowledged.remove(work);
	}

	@Override
	public void failed(Lane lane) {
		// Its attempt counts: nothing is to be undone.
	}

	@Override
	public boolean hasChanges(boolean idle) {
		for (Lane lane : this.waiting) {
			this.next.add(lane);
			Work first = Objects.requireNonNull(lane.first);
			Lanes.batch(first, (work) -> true).forEach(this::acknowledge);
		}
		this.waiting.clear();
		return !this.next.isEmpty();
	}

	private void acknowledge(Work work) {
		if (work instanceof Work.EventWork event && event.entry != null) {
			event.entry.markDone();
			event.acknowledging = true;
			this.acknowledged.add(work);
		}
	}

	@Override
	public void contribute(Effects effects) {
		this.committing = this.next;
		this.next = new ArrayList<>();
	}

	@Override
	public List<Lane> committed() {
		List<Lane> lanes = this.committing;
		this.committing = List.of();
		for (Lane lane : lanes) {
			for (Work work = lane.first; work instanceof Work.EventWork event
					&& event.acknowledging; work = work.next) {
				event.unacknowledged = false;
			}
		}
		return lanes;
	}

	@Override
	public void drain() {
		this.waiting.clear();
	}

	@Override
	public boolean owes() {
		return !this.acknowledged.isEmpty();
	}

	@Override
	public void stop() {
		this.waiting.clear();
		this.acknowledged.clear();
	}

}
