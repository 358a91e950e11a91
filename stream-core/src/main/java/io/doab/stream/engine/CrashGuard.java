package io.doab.stream.engine;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.doab.stream.Position;
import io.doab.stream.engine.Suspect.Mark;
import io.doab.stream.spi.PartitionOwnership;

import org.jspecify.annotations.Nullable;

/**
 * Finds the event that ends its process, in a partition whose last owner vanished.
 *
 * <p>
 * <b>Suspects</b> are the works that the last owner may have had in hand: of each input
 * so many events that are not done as an owner may have in flight, and the timers that
 * were due. A suspect is marked, by a commit, before it begins; the commit that holds its
 * effects takes the mark away, and so does one that follows a failed attempt. So what
 * stays marked when the next owner vanishes as well is what it had begun.
 *
 * <p>
 * <b>In company, then alone.</b> Suspects without a mark begin side by side, a few dozen
 * under one commit. One that the next owner meets with a mark runs alone: no other such
 * one runs in the process ({@link SoloTurns}). So of the many that were in hand beside
 * the one that ends the process, none collects more than the mark that it got in company.
 * One that has collected as many as are allowed is judged, and not run again.
 *
 * <p>
 * All marks of a partition are one state entry, loaded with the state of the first
 * suspect. A partition that was given up in good order has no suspects, and costs
 * nothing. One that is given up while it has some forgets them: who stops in good order
 * is no victim.
 *
 * <p>
 * Belongs to the lock of its partition.
 */
final class CrashGuard implements StartGate {

	/** How many suspects may have a mark at once. */
	private static final int MAX_MARKED = 64;

	/** How many reads of an input may still bring events when the bound is reached. */
	private static final int FETCHES = 2;

	private final boolean armed;

	private final int maxDeliveries;

	private final StateCache states;

	private final EngineTime time;

	private final SoloTurns turns;

	/** What to call when a turn has come. */
	private final Runnable onTurn;

	private final Instant began;

	/** Of each input, how many events may still be suspects. */
	private final Map<String, Integer> left = new HashMap<>();

	/** Where the inputs ended when the partition was taken over; null until known. */
	private @Nullable Map<String, Position> ends;

	/** The marks that were met and are not done; null until loaded. */
	private @Nullable Map<String, Mark> met;

	/** The marks of what may begin, or has begun. */
	private final Map<String, Mark> marked = new LinkedHashMap<>();

	/** Lanes whose first work has to wait. */
	private final List<Lane> waiting = new ArrayList<>();

	/** What the next commit is for. */
	private Batch next = new Batch();

	/** What the commit under way is for. */
	private Batch committing = new Batch();

	/** Whether the stored entry is not what it should be. */
	private boolean changed;

	private SoloTurns.@Nullable Turn turn;

	/** What runs alone. */
	private @Nullable Suspect alone;

	private boolean draining;

	CrashGuard(PartitionOwnership ownership, ProcessorRuntime runtime, StateCache states, Runnable onTurn) {
		this.armed = ownership.formerOwnerVanished();
		this.maxDeliveries = runtime.definition().settings().maxDeliveriesAfterCrash();
		Set<String> inputs = ownership.checkpoints().keySet();
		this.states = states;
		this.time = runtime.time();
		this.turns = runtime.soloTurns();
		this.onTurn = onTurn;
		this.began = this.time.now();
		int inFlight = runtime.maxInFlightEvents() + inputs.size() * FETCHES * runtime.maxFetchEvents();
		inputs.forEach((stream) -> this.left.put(stream, inFlight));
	}

	@Override
	public boolean wantsEnds() {
		return this.armed;
	}

	/** Nothing behind these positions is suspect: it came after the last owner. */
	@Override
	public void endedAt(Map<String, Position> positions) {
		this.ends = positions;
	}

	@Override
	public void examine(Work.EventWork work) {
		if (!this.armed) {
			return;
		}
		String stream = work.input.stream();
		if (work.entry == null) {
			// It was parked: whatever its input has come to, it may have been in hand.
			suspect(work, SuspectMarks.idOf(stream, work.record.position()));
			return;
		}
		int rest = Objects.requireNonNull(this.left.get(stream));
		if (rest > 0 && !isNew(stream, work.record.position())) {
			this.left.put(stream, rest - 1);
			suspect(work, SuspectMarks.idOf(stream, work.record.position()));
		}
	}

	private boolean isNew(String stream, Position position) {
		if (this.ends == null) {
			return false;
		}
		Position end = this.ends.get(stream);
		return end == null || position.compareTo(end) > 0;
	}

	@Override
	public void examine(Work.TimerWork work) {
		if (this.armed && !work.due.isAfter(this.began)) {
			suspect(work, SuspectMarks.idOf(work.timer));
		}
	}

	private static void suspect(Work work, String id) {
		work.suspect = new Suspect(id);
		work.states = new ArrayList<>(work.states);
		work.states.add(SuspectMarks.ENTRY);
	}

	@Override
	public boolean holdsBack(Lane lane) {
		Suspect suspect = Objects.requireNonNull(lane.first).suspect;
		if (suspect == null || suspect.isFree()) {
			return false;
		}
		if (this.met == null) {
			this.met = SuspectMarks.decode(this.states.get(SuspectMarks.ENTRY));
		}
		this.waiting.add(lane);
		return true;
	}

	private Map<String, Mark> marksMet() {
		return Objects.requireNonNull(this.met);
	}

	@Override
	public boolean mustRun(Work work) {
		return false;
	}

	/** Works are done, or a timer was cancelled: their marks go with the next commit. */
	@Override
	public void done(Work work) {
		Suspect suspect = work.suspect;
		if (suspect == null || this.met == null) {
			return;
		}
		boolean wasMarked = this.marked.remove(suspect.id) != null;
		boolean wasMet = this.met.remove(suspect.id) != null;
		this.changed |= wasMarked || wasMet;
		endTurn(suspect);
	}

	/**
	 * A lane waits for another attempt: its process survived this one, so the marks of
	 * this attempt go.
	 */
	@Override
	public void failed(Lane lane) {
		for (Work work = lane.first; work != null && work.suspect != null && work.suspect.isFree(); work = work.next) {
			this.changed |= this.marked.remove(work.suspect.id) != null;
			work.suspect.hold();
			endTurn(work.suspect);
		}
	}

	private void endTurn(Suspect suspect) {
		if (this.alone == suspect) {
			this.next.turn = this.turn;
			this.changed = true;
		}
	}

	@Override
	public boolean hasChanges(boolean idle) {
		if (this.met == null) {
			return false;
		}
		if (!this.draining) {
			admit();
		}
		else if (idle && owes()) {
			this.marked.clear();
			this.met.clear();
			this.changed = true;
		}
		return this.changed;
	}

	@Override
	public void contribute(Effects effects) {
		if (!this.changed) {
			return;
		}
		Map<String, Mark> all = new LinkedHashMap<>(marksMet());
		all.putAll(this.marked);
		effects.state(SuspectMarks.ENTRY, SuspectMarks.encode(all));
		this.changed = false;
		this.committing = this.next;
		this.next = new Batch();
	}

	@Override
	public List<Lane> committed() {
		Batch applied = this.committing;
		this.committing = new Batch();
		applied.suspects.forEach(Suspect::free);
		if (applied.turn != null) {
			this.turns.end(applied.turn);
			this.turn = null;
			this.alone = null;
		}
		return applied.lanes;
	}

	/** Nothing more begins: what is marked and does not run is forgotten. */
	@Override
	public void drain() {
		this.draining = true;
		this.waiting.clear();
	}

	@Override
	public boolean owes() {
		return this.met != null && (this.changed || !this.met.isEmpty() || !this.marked.isEmpty());
	}

	@Override
	public void stop() {
		this.waiting.clear();
		if (this.turn != null) {
			this.turns.end(this.turn);
		}
	}

	private void admit() {
		if (this.waiting.isEmpty()) {
			return;
		}
		int share = Math.max(1, (MAX_MARKED - this.marked.size()) / this.waiting.size());
		for (Iterator<Lane> lanes = this.waiting.iterator(); lanes.hasNext();) {
			Lane lane = lanes.next();
			if (admit(lane, share)) {
				lanes.remove();
				this.next.lanes.add(lane);
				this.changed = true;
			}
		}
	}

	private boolean admit(Lane lane, int share) {
		Work first = Objects.requireNonNull(lane.first);
		Suspect suspect = Objects.requireNonNull(first.suspect);
		Mark mark = marksMet().get(suspect.id);
		if (mark == null) {
			return admitInCompany(first, share);
		}
		first.together = 1;
		if (mark.deliveries() < this.maxDeliveries) {
			return admitAlone(suspect, mark);
		}
		suspect.judge(mark);
		return true;
	}

	private boolean admitInCompany(Work first, int share) {
		if (this.marked.size() >= MAX_MARKED) {
			return false;
		}
		int room = share;
		for (Work work = first; work != null && room > 0; work = work.next) {
			Suspect suspect = work.suspect;
			if (suspect == null || !suspect.isHeld() || marksMet().containsKey(suspect.id)) {
				break;
			}
			mark(suspect, new Mark(1, this.time.now().truncatedTo(ChronoUnit.MILLIS)));
			room--;
		}
		return true;
	}

	private boolean admitAlone(Suspect suspect, Mark mark) {
		if (this.turn == null) {
			this.turn = this.turns.request(this.onTurn);
		}
		if (!this.turn.hasCome() || this.alone != null) {
			return false;
		}
		this.alone = suspect;
		mark(suspect, mark.next());
		return true;
	}

	private void mark(Suspect suspect, Mark mark) {
		this.marked.put(suspect.id, mark);
		suspect.marking();
		this.next.suspects.add(suspect);
		this.changed = true;
	}

	/** What waits for one commit. */
	private static final class Batch {

		private final List<Suspect> suspects = new ArrayList<>();

		private final List<Lane> lanes = new ArrayList<>();

		private SoloTurns.@Nullable Turn turn;

	}

}
