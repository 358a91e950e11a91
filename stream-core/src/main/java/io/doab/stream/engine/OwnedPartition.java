package io.doab.stream.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

import io.doab.stream.Delivery;
import io.doab.stream.Position;
import io.doab.stream.ProcessorInput;
import io.doab.stream.RetryMode;
import io.doab.stream.engine.CommitGroup.PendingCommit;
import io.doab.stream.spi.DueTimers;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.StreamRecord;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition while a member owns it: from the events that were fetched to the commits
 * that acknowledge them.
 *
 * <p>
 * <b>State.</b> Lanes with works; the progress of each input; the state entries that
 * works in flight may read; the effects that were gathered for the next commit. All of it
 * is guarded by {@link #lock}, which is held for moments only: never while a handler runs
 * or an answer of the backend is waited for.
 *
 * <p>
 * <b>Threads.</b> The member's thread brings events; runners run lanes; whoever completes
 * a commit starts the next. A work goes fetched, loaded (its state was read), queued in
 * its lane, run, gathered, committed. Only its lane's runner touches a work between
 * queued and gathered.
 *
 * <p>
 * <b>Invariants.</b> At most one commit is under way. A commit holds the effects of
 * exactly those events that its checkpoints call done and no earlier commit did. After
 * {@link #abandon} nothing is gathered, committed or started.
 */
final class OwnedPartition {

	private static final Logger logger = LoggerFactory.getLogger(OwnedPartition.class);

	/** How many works of a lane run before other lanes have their turn. */
	private static final int TURN = 128;

	/** After an error in the engine or in a failure handler. */
	private static final Duration ERROR_PAUSE = Duration.ofSeconds(1);

	private static final Duration IDLE_COMMIT_DELAY = Duration.ofMillis(300);

	private final PartitionOwnership ownership;

	private final ProcessorRuntime runtime;

	private final WorkRunner workRunner;

	private final PartitionTimers timers;

	private final FetchControl fetching;

	private final ReentrantLock lock = new BriefLock();

	private final PartitionInputs inputs;

	private final Lanes lanes;

	private final StateCache states = new StateCache();

	private final StateLoader loader;

	private final InFlight inFlight;

	private final Parking parking;

	private final PartitionBlock block = new PartitionBlock();

	private final StartGate gate;

	private final Set<Thread> running = new HashSet<>();

	private final Works works;

	private final CommitGroup gathered;

	private boolean idleCommitPlanned;

	private boolean draining;

	private boolean abandoned;

	private final CompletableFuture<Void> drained = new CompletableFuture<>();

	OwnedPartition(PartitionOwnership ownership, ProcessorRuntime runtime, FetchControl fetching,
			WorkRunner workRunner) {
		this.ownership = ownership;
		this.runtime = runtime;
		this.fetching = fetching;
		this.workRunner = workRunner;
		this.inputs = new PartitionInputs(ownership.checkpoints());
		this.gathered = new CommitGroup(this.inputs);
		this.lanes = new Lanes(this, runtime.definition().settings().ordering());
		this.loader = new StateLoader(ownership, this.states, this.lock, runtime.time(), this::queue);
		this.inFlight = new InFlight(runtime.maxInFlightEvents(), runtime.room());
		this.timers = new PartitionTimers(this, ownership, runtime.time());
		this.parking = new Parking(this, ownership, runtime, this.lock);
		this.gate = (runtime.definition().settings().delivery() == Delivery.AT_MOST_ONCE) ? new EarlyAcknowledgement()
				: new CrashGuard(ownership, runtime, this.states, this::commitChanges);
		this.works = new Works(runtime.definition(), ownership.partition(), this.gate);
		runtime.room().enter();
	}

	int partition() {
		return this.ownership.partition();
	}

	int inFlight() {
		this.lock.lock();
		try {
			return this.inFlight.events();
		}
		finally {
			this.lock.unlock();
		}
	}

	int parked() {
		this.lock.lock();
		try {
			return this.parking.events();
		}
		finally {
			this.lock.unlock();
		}
	}

	void start() {
		this.loader.waitFor(this.parking.restore());
		if (this.gate.wantsEnds()) {
			logger.info(
					"{}: the last owner of partition {} did not give it up; what it may have had in hand is begun with"
							+ " care",
					name(), partition());
			var _ = this.ownership.endPositions().thenAccept(this::suspectNothingBehind);
		}
		if (this.runtime.definition().usesTimers()) {
			this.timers.look();
		}
	}

	private void suspectNothingBehind(Map<String, Position> ends) {
		this.lock.lock();
		try {
			this.gate.endedAt(ends);
		}
		finally {
			this.lock.unlock();
		}
	}

	// Fetched: by the member's thread.

	void accept(FetchedRecords fetched) {
		List<Work> fresh = new ArrayList<>(fetched.records().size());
		this.lock.lock();
		try {
			if (this.draining || this.abandoned) {
				return;
			}
			InputProgress progress = this.inputs.of(fetched.stream());
			ProcessorInput<?> input = Objects.requireNonNull(this.runtime.definition().inputs().get(fetched.stream()));
			for (StreamRecord record : fetched.records()) {
				InputProgress.Entry entry = progress.add(record.position());
				if (!entry.isDone()) {
					fresh.add(this.works.ofEvent(input, record, entry));
					this.inFlight.add(record);
				}
			}
			progress.scannedTo(fetched.scannedTo());
			if (this.inFlight.pauses(this.inputs.all())) {
				this.fetching.pause(partition());
			}
			planIdleCommit();
			// Under the lock still: a timer that waits for these events must find them in
			// their lanes.
			load(fresh);
		}
		finally {
			this.lock.unlock();
		}
		this.timers.scanned();
	}

	Work.TimerWork timerWork(DueTimers.Entry due) {
		return this.works.ofTimer(due);
	}

	Work.EventWork parkedWork(ParkedQueue.Entry parked, ParkedEvent event) {
		return this.works.ofParked(parked, event);
	}

	/** Whether all events up to these positions were fetched. */
	boolean hasScanned(Map<String, Position> positions) {
		this.lock.lock();
		try {
			return this.inputs.scanned(positions);
		}
		finally {
			this.lock.unlock();
		}
	}

	// Loaded and queued, in the order in which they were fetched.

	/** Brings works to their lanes, behind all that were given before. */
	void load(List<? extends Work> works) {
		this.loader.load(works);
	}

	/** Brings loaded works to their lanes. */
	void queue(List<? extends Work> works) {
		List<Lane> ready = new ArrayList<>();
		this.lock.lock();
		try {
			if (this.draining || this.abandoned) {
				return;
			}
			for (Work work : works) {
				Lane lane = this.lanes.of(work);
				if (!this.parking.queued(lane, work)) {
					lane.add(work);
				}
				if (!lane.active) {
					lane.active = true;
					ready.add(lane);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
		ready.forEach(this.runtime.scheduler()::ready);
	}

	// Run: by runners.

	/** Runs the lane until it is empty, has to wait, or others should have their turn. */
	void run(Lane lane) {
		List<Work> works;
		boolean first = false;
		this.lock.lock();
		try {
			works = begin(lane);
			if (works.isEmpty()) {
				first = asksForCommit();
			}
			else {
				this.running.add(Thread.currentThread());
			}
		}
		finally {
			this.lock.unlock();
		}
		commit(first);
		int left = TURN;
		while (!works.isEmpty()) {
			Outcome outcome = outcome(works);
			left -= works.size();
			works = finish(lane, works, outcome, left > 0);
		}
		// An interrupt that came with a loss was for this lane, not for the next one that
		// this thread runs.
		var _ = Thread.interrupted();
	}

	/** An error must not end the thread, and with it the lane. */
	private Outcome outcome(List<Work> works) {
		try {
			Outcome parked = this.parking.insteadOfRunning(works.getFirst());
			return (parked != null) ? parked : this.parking.orPark(works, this.workRunner.run(this, works));
		}
		catch (RuntimeException | Error ex) {
			logger.error("{}: events of partition {} could not be handled nor their failure; tried again in {}", name(),
					partition(), ERROR_PAUSE, ex);
			return new Outcome.Again(ERROR_PAUSE, List.of());
		}
	}

	/**
	 * The works that are to run now: one, or a batch. Empty when there is nothing to run.
	 */
	private List<Work> begin(Lane lane) {
		while (!this.abandoned) {
			Work first = lane.first;
			if (first == null) {
				this.lanes.remove(lane);
				return List.of();
			}
			if (this.draining && !this.gate.mustRun(first)) {
				return List.of();
			}
			if (first instanceof Work.TimerWork timer && timer.cancelled) {
				lane.remove(timer);
				this.timers.finished(timer);
				this.states.release(timer);
				this.gate.done(timer);
				this.block.unblock(lane).forEach(this::ready);
			}
			else if (this.block.holds(lane)) {
				// What was let in for it, the lane that it waits for may need.
				this.gate.failed(lane);
				return List.of();
			}
			else if (!this.parking.defers(lane, first)) {
				return (this.parking.holds(lane, first) || holdsBack(lane, first)) ? List.of() : Lanes.batch(first);
			}
		}
		return List.of();
	}

	/** What goes behind parked events does not run: it needs nothing before it. */
	private boolean holdsBack(Lane lane, Work first) {
		boolean runs = !(first instanceof Work.EventWork event && event.behindParked);
		return runs && this.gate.holdsBack(lane);
	}

	/** Takes what became of the works, and returns the next ones of the lane, or none. */
	private List<Work> finish(Lane lane, List<Work> works, Outcome outcome, boolean goOn) {
		boolean commit;
		List<Work> next = List.of();
		boolean yield = false;
		this.lock.lock();
		try {
			if (!this.abandoned) {
				if (take(lane, works, outcome)) {
					next = goOn ? begin(lane) : List.of();
					yield = !goOn;
				}
			}
			if (next.isEmpty()) {
				this.running.remove(Thread.currentThread());
			}
			commit = asksForCommit();
			noteDrained();
		}
		finally {
			this.lock.unlock();
		}
		commit(commit);
		if (yield) {
			this.runtime.scheduler().ready(lane);
		}
		return next;
	}

	/** Takes what became of works, and returns whether their lane may go on. */
	private boolean take(Lane lane, List<Work> works, Outcome outcome) {
		switch (outcome) {
			case Outcome.Done done -> {
				works.forEach((work) -> this.parking.done(lane, work, done.effects()));
				gather(lane, works, done.effects());
				this.block.unblock(lane).forEach(this::ready);
				return true;
			}
			case Outcome.Park park -> {
				Effects effects = this.parking.park(lane, park);
				if (effects == null) {
					return park.otherwise() == null || take(lane, works, park.otherwise());
				}
				gather(lane, works, effects);
				this.block.unblock(lane).forEach(this::ready);
				return true;
			}
			case Outcome.Again again -> {
				again.apart().forEach((work) -> work.together = Math.max(1, again.apart().size() / 2));
				this.gate.failed(lane);
				return tryAgainLater(lane, works, again.delay());
			}
			case Outcome.Await await -> {
				this.gate.failed(lane);
				if (this.block.blocksOrHolds(lane)) {
					this.runtime.time().after(await.delay(), () -> ready(lane));
				}
				return false;
			}
			case Outcome.Stop stop -> {
				works.forEach(this.gate::done);
				this.fetching.stop(stop.cause());
				return false;
			}
		}
	}

	private boolean tryAgainLater(Lane lane, List<Work> works, Duration delay) {
		RetryMode mode = this.runtime.definition().settings().retries().mode();
		if (mode != RetryMode.BLOCK_PARTITION) {
			// What was away is back, if the lane waited for that.
			this.block.unblock(lane).forEach(this::ready);
		}
		if (mode == RetryMode.NON_BLOCKING && works.stream().noneMatch(this.gate::mustRun)) {
			works.forEach(lane::remove);
			this.runtime.time().after(delay, () -> queue(works));
			return true;
		}
		if (mode == RetryMode.BLOCK_PARTITION) {
			this.block.block(lane);
		}
		this.runtime.time().after(delay, () -> ready(lane));
		return false;
	}

	/** A lane that waited goes on. */
	void ready(Lane lane) {
		this.runtime.scheduler().ready(lane);
	}

	/** What a lane is called that events of a key belong to. */
	@Nullable Object laneOf(@Nullable String key) {
		return this.lanes.nameOf(key);
	}

	/** So many timers that are firing wait for parked events, more than before. */
	void timersPutOff(int more) {
		if (more != 0) {
			this.timers.putOff(more);
		}
	}

	/** A work was removed from its lane without having run. */
	void forget(Work work) {
		this.states.release(work);
	}

	/** The partition can never be processed as it is. */
	void stop(Exception cause) {
		this.fetching.stop(cause);
	}

	/** The value of a state entry with all that was gathered before. */
	byte @Nullable [] committedOrGathered(StateKey key) {
		this.lock.lock();
		try {
			return this.states.get(key);
		}
		finally {
			this.lock.unlock();
		}
	}

	// Gathered and committed.

	private void gather(Lane lane, List<Work> works, Effects effects) {
		for (Work work : works) {
			lane.remove(work);
			this.gate.done(work);
			if (work instanceof Work.EventWork event && event.entry != null) {
				event.entry.markDone();
			}
		}
		this.gathered.add(works, effects);
		effects.states().forEach((key, value) -> this.states.set(key, value.orElse(null)));
		effects.timers().keySet().forEach((timer) -> this.timers.changed(timer, works));
	}

	/**
	 * Whether whoever asks is to commit: something was gathered, and no commit is under
	 * way.
	 */
	private boolean asksForCommit() {
		if (this.gathered.isUnderWay() || this.abandoned) {
			return false;
		}
		boolean more = this.gate.hasChanges(this.running.isEmpty());
		if (this.gathered.isEmpty() && !more) {
			return false;
		}
		this.gathered.ask();
		return true;
	}

	private void commit(boolean asked) {
		if (!asked) {
			return;
		}
		long started = this.runtime.time().nanoTime();
		AtomicReference<@Nullable PendingCommit> begun = new AtomicReference<>();
		var _ = this.ownership.commitLatest(() -> {
			PendingCommit pending = beginCommit();
			begun.set(pending);
			return (pending != null) ? pending.commit() : null;
		}).whenComplete((ok, failure) -> {
			PendingCommit applied = begun.get();
			if (failure != null) {
				logger.atDebug().setCause(failure).log("Commit of {} partition {} failed", name(), partition());
				abandon();
			}
			else if (applied != null) {
				this.runtime.metrics().committed(applied.acknowledged(), this.runtime.time().nanoTime() - started);
				committed(applied);
			}
		});
	}

	/** What the backend is given now that it comes to it; null when it is too late. */
	private @Nullable PendingCommit beginCommit() {
		this.lock.lock();
		try {
			if (this.abandoned) {
				return null;
			}
			// What waits for one may go with this one.
			var _ = this.gate.hasChanges(this.running.isEmpty());
			this.timers.commitBegins();
			this.gate.contribute(this.gathered.effects());
			return this.gathered.begin();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void committed(PendingCommit applied) {
		boolean next;
		List<Lane> ready;
		this.lock.lock();
		try {
			this.gathered.stored();
			ready = this.gate.committed();
			List<Work.EventWork> parked = new ArrayList<>();
			for (Work work : applied.works()) {
				this.states.release(work);
				switch (work) {
					case Work.EventWork event -> {
						if (event.entry != null) {
							this.inFlight.remove(event.record);
						}
						if (event.parked != null) {
							parked.add(event);
						}
					}
					case Work.TimerWork timer -> this.timers.finished(timer);
				}
			}
			this.parking.committed(parked);
			if (this.inFlight.resumes(this.inputs.all())) {
				this.fetching.resume(partition());
			}
			this.timers.committed(applied.commit().timers());
			next = asksForCommit();
			planIdleCommit();
			noteDrained();
		}
		finally {
			this.lock.unlock();
		}
		commit(next);
		ready.forEach(this.runtime.scheduler()::ready);
		if (this.runtime.room().freed()) {
			this.fetching.lookForRoom();
		}
	}

	/** Others have left it room: it may go on without a commit. */
	void lookForRoom() {
		this.lock.lock();
		try {
			if (!this.abandoned && this.inFlight.resumes(this.inputs.all())) {
				this.fetching.resume(partition());
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Commits what there is, unless a commit is under way, which does it then. */
	private void commitChanges() {
		boolean commit;
		this.lock.lock();
		try {
			commit = asksForCommit();
		}
		finally {
			this.lock.unlock();
		}
		commit(commit);
	}

	/**
	 * Positions without events, or skipped ones, are committed when nothing else carries
	 * them.
	 */
	private void planIdleCommit() {
		if (this.idleCommitPlanned || !this.inputs.canAdvance()) {
			return;
		}
		this.idleCommitPlanned = true;
		this.runtime.time().after(IDLE_COMMIT_DELAY, () -> {
			boolean commit;
			this.lock.lock();
			try {
				this.idleCommitPlanned = false;
				this.gathered.addPositions();
				commit = asksForCommit();
			}
			finally {
				this.lock.unlock();
			}
			commit(commit);
		});
	}

	// Given up.

	/** Starts nothing more; completes when what runs has ended and is committed. */
	CompletableFuture<Void> drain() {
		this.lock.lock();
		try {
			this.draining = true;
			this.gate.drain();
			noteDrained();
		}
		finally {
			this.lock.unlock();
		}
		commitChanges();
		return this.drained;
	}

	/** Drains partitions; what has not ended by the limit is abandoned. */
	static CompletableFuture<Void> drained(List<OwnedPartition> partitions, Duration limit, EngineTime time) {
		CompletableFuture<Void> all = CompletableFuture
			.allOf(partitions.stream().map(OwnedPartition::drain).toArray(CompletableFuture[]::new));
		if (!all.isDone()) {
			time.after(limit, () -> {
				if (!all.isDone()) {
					logger.warn(
							"{} handlers did not end within {} of their partitions being given up; their events run again",
							partitions.stream().filter((partition) -> !partition.drained.isDone()).count(), limit);
					partitions.forEach(OwnedPartition::abandon);
				}
			});
		}
		return all.thenRun(() -> partitions.forEach(OwnedPartition::abandon));
	}

	/** Drops all work. Interrupts the handlers that run. */
	void abandon() {
		this.lock.lock();
		try {
			if (this.abandoned) {
				return;
			}
			this.abandoned = true;
			this.lanes.clear();
			this.gathered.clear();
			this.inFlight.end();
			this.runtime.room().leave();
			this.loader.stop();
			this.parking.stop();
			this.block.clear();
			this.gate.stop();
			this.running.forEach(Thread::interrupt);
			this.drained.complete(null);
		}
		finally {
			this.lock.unlock();
		}
		this.timers.stop();
	}

	private void noteDrained() {
		if (this.draining && this.running.isEmpty() && this.gathered.isSettled() && !this.gate.owes()) {
			this.drained.complete(null);
		}
	}

	private String name() {
		return this.runtime.definition().name();
	}

}
