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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timers of an owned partition.
 *
 * <p>
 * Goes round in phases: idle until a timer is due, looking for those that are, waiting
 * until the inputs were read up to the end that they had then; then those that were found
 * go to their lanes, and it is idle again. The wait is what lets an event that was in the
 * stream in time win against its time-out after a long stop: it is in its lane first.
 *
 * <p>
 * A timer that was found stays {@link #firing} until it is committed; looks pass over it
 * meanwhile, so that one whose key waits, or whose handler fails, keeps no other waiting.
 *
 * <p>
 * Guarded by its own monitor, under which nothing of the partition is called: the
 * partition calls in under its lock.
 */
final class PartitionTimers {

	private static final Logger logger = LoggerFactory.getLogger(PartitionTimers.class);

	/** How many timers one look finds. */
	private static final int FIRED_AT_ONCE = 256;

	/** How many may be in their lanes; looks wait at it. */
	private static final int MAX_FIRING = 4 * FIRED_AT_ONCE;

	private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

	/** A timer may be due in a thousand years; a look in between costs little. */
	private static final Duration LONGEST_WAIT = Duration.ofDays(1);

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

	/** What was found and is not committed: on its way to its lane, or in it. */
	private final Map<TimerKey, Work.TimerWork> firing = new HashMap<>();

	/**
	 * How many of them wait for parked events of their key: they keep no look waiting.
	 */
	private int putOff;

	/** While waiting: what the last look found, and when to look again after it. */
	private List<Work.TimerWork> found = List.of();

	private @Nullable Instant lookAfterFound;

	private int failedLooks;

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

		IDLE, LOOKING, ASKING, WAITING, LOADING, STOPPED

	}

	/** Looks for timers that are due, if it is idle and has room for them. */
	void look() {
		int limit;
		synchronized (this) {
			if (this.phase != Phase.IDLE) {
				return;
			}
			this.nextLook = null;
			if (isFull()) {
				return;
			}
			this.phase = Phase.LOOKING;
			this.stale.clear();
			this.stale.addAll(this.gathered);
			this.stale.addAll(this.committing);
			this.stale.addAll(this.firing.keySet());
			limit = FIRED_AT_ONCE + this.firing.size();
		}
		var _ = this.ownership.dueTimers(this.time.now(), limit).whenComplete((timers, failure) -> {
			if (failure != null) {
				noteFailedLook(failure);
				idle(this.time.now().plus(ASK_AGAIN));
			}
			else {
				found(timers, limit);
			}
		});
	}

	/** The first of a row, then each time their number has doubled. */
	private void noteFailedLook(Throwable failure) {
		int failures;
		synchronized (this) {
			failures = ++this.failedLooks;
		}
		if (Integer.bitCount(failures) == 1) {
			logger.warn("Timers of partition {} could not be read, {} times so far: {}", this.ownership.partition(),
					failures, failure.toString());
		}
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
			boolean wasFull = isFull();
			this.firing.remove(work.timer, work);
			// What a look passed over because of this work has to be looked for again.
			if (!wasFull && !work.cancelled) {
				return;
			}
		}
		plan(this.time.now());
	}

	/** So many more timers wait for parked events of their key; fewer when negative. */
	void putOff(int more) {
		synchronized (this) {
			boolean wasFull = isFull();
			this.putOff += more;
			if (!wasFull || isFull()) {
				return;
			}
		}
		plan(this.time.now());
	}

	private boolean isFull() {
		return this.firing.size() - this.putOff >= MAX_FIRING;
	}

	synchronized void stop() {
		this.phase = Phase.STOPPED;
		this.firing.clear();
	}

	private void found(DueTimers timers, int limit) {
		boolean any;
		// What was passed over is being changed: its commit plans the next look.
		@Nullable Instant next = (timers.due().size() < limit) ? timers.next() : this.time.now();
		synchronized (this) {
			if (this.phase != Phase.LOOKING) {
				return;
			}
			this.failedLooks = 0;
			List<Work.TimerWork> works = new ArrayList<>();
			for (DueTimers.Entry entry : timers.due()) {
				if (!this.stale.contains(entry.timer())) {
					Work.TimerWork work = this.partition.timerWork(entry);
					works.add(work);
					this.firing.put(entry.timer(), work);
				}
			}
			any = !works.isEmpty();
			if (any) {
				this.found = works;
				this.lookAfterFound = next;
				this.phase = Phase.ASKING;
			}
			else if (timers.due().size() >= limit) {
				next = this.time.now().plus(ASK_AGAIN);
			}
		}
		if (any) {
			askForEnds();
		}
		else {
			idle(next);
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
		@Nullable Instant next;
		synchronized (this) {
			if (this.phase != Phase.WAITING) {
				return;
			}
			this.phase = Phase.LOADING;
			works = this.found;
			next = this.lookAfterFound;
			this.found = List.of();
		}
		this.partition.load(works);
		idle(next);
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
		Instant latest = this.time.now().plus(LONGEST_WAIT);
		this.time.at(due.isBefore(latest) ? due : latest, this::look);
	}

	private static @Nullable Instant earliest(@Nullable Instant one, @Nullable Instant other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		return one.isBefore(other) ? one : other;
	}

}
