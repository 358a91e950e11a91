package io.doab.stream.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.doab.stream.Position;
import io.doab.stream.spi.DueTimers;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.TimerChange;
import io.doab.stream.spi.TimerKey;

import org.jspecify.annotations.Nullable;

/**
 * The timers of an owned partition.
 *
 * <p>
 * Goes round in phases: idle until a timer is due, looking for those that are, waiting
 * until the inputs were read up to the end that they had then, and firing, until the last
 * of them is committed. The wait is what lets an event that was in the stream in time win
 * against its time-out after a long stop: it is in its lane first.
 *
 * <p>
 * Guarded by its own monitor, under which nothing of the partition is called: the
 * partition calls in under its lock.
 */
final class PartitionTimers {

	private static final int FIRED_AT_ONCE = 256;

	private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

	private final OwnedPartition partition;

	private final PartitionOwnership ownership;

	private final EngineTime time;

	private Phase phase = Phase.IDLE;

	/** While idle: when the next look is planned, or null when no timer is known. */
	private @Nullable Instant nextLook;

	/**
	 * While not idle: the earliest timer that was committed meanwhile, which the look may
	 * have missed.
	 */
	private @Nullable Instant committedMeanwhile;

	private final Map<TimerKey, Work.TimerWork> firing = new HashMap<>();

	/** Timers that handlers changed since the last commit began. */
	private Set<TimerKey> gathered = new HashSet<>();

	/** Timers that the commit under way changes. */
	private Set<TimerKey> committing = Set.of();

	/**
	 * While looking: timers of which the backend may still tell what they were before
	 * they changed.
	 */
	private final Set<TimerKey> stale = new HashSet<>();

	/** While waiting: how far the inputs have to be read. */
	private Map<String, Position> ends = Map.of();

	PartitionTimers(OwnedPartition partition, PartitionOwnership ownership, EngineTime time) {
		this.partition = partition;
		this.ownership = ownership;
		this.time = time;
	}

	private enum Phase {

		IDLE, LOOKING, ASKING, WAITING, FIRING, STOPPED

	}

	/** Looks for timers that are due, if it is idle. */
	void look() {
		synchronized (this) {
			if (this.phase != Phase.IDLE) {
				return;
			}
			this.phase = Phase.LOOKING;
			this.nextLook = null;
			this.stale.clear();
			this.stale.addAll(this.gathered);
			this.stale.addAll(this.committing);
		}
		var _ = this.ownership.dueTimers(this.time.now(), FIRED_AT_ONCE).whenComplete((found, failure) -> {
			if (failure != null) {
				idle(this.time.now().plus(ASK_AGAIN));
			}
			else {
				found(found);
			}
		});
	}

	/** A commit begins with what handlers changed until now. */
	synchronized void commitBegins() {
		this.committing = this.gathered;
		this.gathered = new HashSet<>();
	}

	/** A commit set or cleared timers. */
	void committed(List<TimerChange> changes) {
		synchronized (this) {
			this.committing = Set.of();
		}
		Instant earliest = null;
		for (TimerChange change : changes) {
			if (change.due() != null && (earliest == null || change.due().isBefore(earliest))) {
				earliest = change.due();
			}
		}
		if (earliest != null) {
			plan(earliest);
		}
	}

	/** The inputs were read further. */
	void scanned() {
		Map<String, Position> wanted;
		synchronized (this) {
			if (this.phase != Phase.WAITING) {
				return;
			}
			wanted = this.ends;
		}
		if (this.partition.hasScanned(wanted)) {
			fire();
		}
	}

	/**
	 * A handler moved or cleared a timer: what is about to fire of it must not, unless it
	 * is what ran.
	 */
	synchronized void changed(TimerKey timer, List<Work> by) {
		this.gathered.add(timer);
		if (this.phase == Phase.LOOKING) {
			this.stale.add(timer);
		}
		Work.TimerWork work = this.firing.get(timer);
		if (work != null && !by.contains(work)) {
			work.cancelled = true;
		}
	}

	/** A timer's work was committed or cancelled. */
	void finished(Work.TimerWork work) {
		synchronized (this) {
			this.firing.remove(work.timer, work);
			if (!this.firing.isEmpty() || this.phase != Phase.FIRING) {
				return;
			}
		}
		idle(this.time.now());
	}

	synchronized void stop() {
		this.phase = Phase.STOPPED;
		this.firing.clear();
	}

	private void found(DueTimers found) {
		boolean fires;
		synchronized (this) {
			if (this.phase != Phase.LOOKING) {
				return;
			}
			for (DueTimers.Entry entry : found.due()) {
				if (!this.stale.contains(entry.timer())) {
					this.firing.put(entry.timer(), this.partition.timerWork(entry));
				}
			}
			fires = !this.firing.isEmpty();
			if (fires) {
				this.phase = Phase.ASKING;
			}
		}
		if (fires) {
			askForEnds();
		}
		else {
			// What was due has just been changed: look again when that is committed, or a
			// moment later.
			idle(found.due().isEmpty() ? found.next() : this.time.now().plus(ASK_AGAIN));
		}
	}

	/**
	 * Learns how far the inputs reach, and asks again while it waits: the last event may
	 * be removed meanwhile.
	 */
	private void askForEnds() {
		var _ = this.ownership.endPositions().whenComplete((positions, failure) -> {
			synchronized (this) {
				if (this.phase != Phase.ASKING && this.phase != Phase.WAITING) {
					return;
				}
				if (failure == null) {
					this.ends = (this.phase == Phase.ASKING) ? positions : earlier(this.ends, positions);
					this.phase = Phase.WAITING;
				}
			}
			scanned();
			this.time.after(ASK_AGAIN, this::askAgain);
		});
	}

	private void askAgain() {
		synchronized (this) {
			if (this.phase != Phase.ASKING && this.phase != Phase.WAITING) {
				return;
			}
		}
		askForEnds();
	}

	private static Map<String, Position> earlier(Map<String, Position> before, Map<String, Position> now) {
		Map<String, Position> result = new HashMap<>();
		before.forEach((stream, end) -> {
			Position current = now.get(stream);
			if (current != null) {
				result.put(stream, (current.compareTo(end) < 0) ? current : end);
			}
		});
		return result;
	}

	private void fire() {
		List<Work.TimerWork> works;
		synchronized (this) {
			if (this.phase != Phase.WAITING) {
				return;
			}
			this.phase = Phase.FIRING;
			works = new ArrayList<>(this.firing.values());
		}
		this.partition.load(works);
	}

	private void idle(@Nullable Instant next) {
		Instant look;
		synchronized (this) {
			if (this.phase == Phase.STOPPED) {
				return;
			}
			this.phase = Phase.IDLE;
			look = earliest(next, this.committedMeanwhile);
			this.committedMeanwhile = null;
		}
		if (look != null) {
			plan(look);
		}
	}

	private void plan(Instant due) {
		synchronized (this) {
			if (this.phase != Phase.IDLE) {
				this.committedMeanwhile = earliest(due, this.committedMeanwhile);
				return;
			}
			if (this.nextLook != null && !due.isBefore(this.nextLook)) {
				return;
			}
			this.nextLook = due;
		}
		Duration delay = Duration.between(this.time.now(), due);
		this.time.after(delay.isNegative() ? Duration.ZERO : delay.plusMillis(1), this::look);
	}

	private static @Nullable Instant earliest(@Nullable Instant one, @Nullable Instant other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		return one.isBefore(other) ? one : other;
	}

}
