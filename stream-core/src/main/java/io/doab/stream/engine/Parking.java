package io.doab.stream.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

import io.doab.stream.Ordering;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.ProcessorInput;
import io.doab.stream.RetryMode;
import io.doab.stream.RetrySettings;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.spi.PartitionOwnership;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what of a partition is parked, and what waits for it ({@link ParkedReturns}
 * brings it back).
 *
 * <p>
 * A failed event whose next attempt is far is put into the group's state by the commit
 * that acknowledges it. While it waits, events of its lane that would run are put behind
 * it without being run, and timers are put off. When it is due it is read again and runs
 * as the first of its lane, then those behind it in order, and only then what was fetched
 * meanwhile.
 *
 * <p>
 * Guarded by the lock of its partition, but for encoding and decoding.
 */
final class Parking {

	private static final Logger logger = LoggerFactory.getLogger(Parking.class);

	/**
	 * What the backends store beyond the largest event, but for what is said beside it.
	 */
	private static final int ALLOWANCE = 16 * 1024;

	private final OwnedPartition partition;

	private final ProcessorDefinition definition;

	private final EngineTime time;

	private final int maxEventBytes;

	private final boolean enabled;

	private final ParkedQueues queues;

	private final ParkedReturns returns;

	/** Lanes that cannot go on before what is parked of them is through. */
	private final Set<Lane> held = new LinkedHashSet<>();

	private boolean saidFull;

	Parking(OwnedPartition partition, PartitionOwnership ownership, ProcessorRuntime runtime, ReentrantLock lock) {
		this.partition = partition;
		this.definition = runtime.definition();
		this.time = runtime.time();
		this.maxEventBytes = runtime.codec().maxEventBytes();
		RetrySettings settings = this.definition.settings().retries();
		this.enabled = settings.mode() == RetryMode.NON_BLOCKING || (settings.mode() == RetryMode.BLOCK_KEY
				&& this.definition.settings().ordering() != Ordering.PARTITION);
		this.queues = new ParkedQueues(settings);
		this.returns = new ParkedReturns(this, partition, ownership, this.queues, runtime, lock);
	}

	int events() {
		return this.queues.events();
	}

	/** Reads what is parked; nothing of the partition may run before it is known. */
	CompletableFuture<Void> restore() {
		return this.returns.restore();
	}

	// Before works run.

	/** The lane that is to wait behind a parked event of a key, or null when none is. */
	@Nullable Object queueOf(@Nullable String key) {
		return waitsBehind(this.partition.laneOf(key));
	}

	/** The lane that is to wait behind a parked event of it, or null when none is. */
	private @Nullable Object waitsBehind(@Nullable Object lane) {
		return (this.definition.settings().retries().mode() != RetryMode.NON_BLOCKING) ? lane : null;
	}

	/**
	 * Puts a timer off when events of its lane are parked: it must not overtake them.
	 * @return whether it did, and the timer is not in its lane any more
	 */
	boolean defers(Lane lane, Work first) {
		ParkedQueue queue = this.queues.of(lane.name);
		if (queue == null || !(first instanceof Work.TimerWork timer)) {
			return false;
		}
		lane.remove(timer);
		queue.deferred.add(timer);
		this.partition.timersPutOff(1);
		return true;
	}

	/**
	 * Whether a lane has to wait for what is parked of it. When it has not, its first
	 * work knows whether it is to be parked as well.
	 */
	boolean holds(Lane lane, Work first) {
		if (!(first instanceof Work.EventWork event) || event.parked != null) {
			return false;
		}
		ParkedQueue queue = this.queues.of(lane.name);
		event.behindParked = queue != null && queue.isWaiting() && takes(event);
		if (queue == null || event.behindParked) {
			return false;
		}
		this.held.add(lane);
		return true;
	}

	/** Whether there is room for an event, and it may be parked at all. */
	private boolean takes(Work.EventWork event) {
		int size = event.record.event().size();
		return this.enabled && event.input instanceof ProcessorInput.Single<?> && size <= this.maxEventBytes + ALLOWANCE
				&& (event.parked != null || this.queues.hasRoom(size));
	}

	// Instead of running, and after it. By the runner of the lane.

	/** What becomes of a work without it being run, or null when it is to run. */
	@Nullable Outcome insteadOfRunning(Work work) {
		return (work instanceof Work.EventWork event && event.behindParked)
				? new Outcome.Park(event, encoded(event, Instant.EPOCH), Instant.EPOCH, null) : null;
	}

	/** The same outcome, or that the work is parked instead of waiting in memory. */
	Outcome orPark(List<Work> works, Outcome outcome) {
		if (this.enabled && works.size() == 1 && works.getFirst() instanceof Work.EventWork event
				&& outcome instanceof Outcome.Again again
				&& again.delay().compareTo(this.definition.settings().retries().parkAfter()) >= 0) {
			Duration delay = (again.delay().compareTo(EngineTime.LONGEST_DELAY) < 0) ? again.delay()
					: EngineTime.LONGEST_DELAY;
			Instant exact = this.time.now().plus(delay);
			Instant down = exact.truncatedTo(ChronoUnit.MILLIS);
			Instant due = exact.equals(down) ? down : down.plusMillis(1);
			return new Outcome.Park(event, encoded(event, due), due, again);
		}
		return outcome;
	}

	private static byte[] encoded(Work.EventWork event, Instant due) {
		return new ParkedEvent(event.input.stream(), event.record, event.attempts, event.firstFailure, due).encode();
	}

	// What runners decided.

	/**
	 * Parks a work, if that can be.
	 * @return what is to be committed, or null when the work has to stay in its lane
	 */
	@Nullable Effects park(Lane lane, Outcome.Park park) {
		ParkedQueue.Entry entry = entry(lane, park);
		if (entry == null) {
			return null;
		}
		entry.stored = false;
		park.event().parked = entry;
		Effects effects = new Effects();
		effects.state(entry.key(), park.stored());
		return effects;
	}

	private ParkedQueue.@Nullable Entry entry(Lane lane, Outcome.Park park) {
		Work.EventWork event = park.event();
		int size = event.record.event().size();
		ParkedQueue.Entry present = event.parked;
		if (present != null && takes(event)) {
			this.queues.parkAgain(present.queue, park.due());
			// Those behind it that were read stay stored, and are read again.
			lane.removeIf((work) -> work != event && isOf(present.queue, work)).forEach(this.partition::forget);
			return present;
		}
		if (park.otherwise() == null) {
			ParkedQueue queue = this.queues.of(lane.name);
			return (queue != null && queue.isWaiting() && takes(event)) ? this.queues.append(queue, size) : null;
		}
		if (present == null && takes(event)) {
			return this.queues.park(waitsBehind(lane.name), size, park.due());
		}
		sayFull(size);
		return null;
	}

	private static boolean isOf(ParkedQueue queue, Work work) {
		return queue.lane != null && work instanceof Work.EventWork event && event.parked != null
				&& event.parked.queue == queue;
	}

	private void sayFull(int size) {
		if (!this.saidFull) {
			this.saidFull = true;
			logger.warn(
					"{}: partition {} has {} events parked and no room for one of {} bytes: retries wait in memory and"
							+ " block what comes after them",
					this.definition.name(), this.partition.partition(), this.queues.events(), size);
		}
	}

	/** A work is done: when it was parked it is not any more, by the same commit. */
	void done(Lane lane, Work work, Effects effects) {
		if (!(work instanceof Work.EventWork event) || event.parked == null) {
			return;
		}
		ParkedQueue.Entry entry = event.parked;
		effects.state(entry.key(), null);
		this.queues.remove(entry);
		if (entry.queue.isEmpty()) {
			lane.addFirst(entry.queue.deferred);
			this.partition.timersPutOff(-entry.queue.deferred.size());
		}
		else if (entry.queue.needsMore()) {
			this.returns.read(entry.queue);
		}
		if (this.queues.hasMuchRoom()) {
			this.saidFull = false;
			releaseAll();
		}
	}

	/** A commit was applied: what it parked can be read from now on. */
	void committed(List<Work.EventWork> parked) {
		this.returns.committed(parked);
	}

	/** Lanes look again whether they have to wait. */
	void releaseAll() {
		release(List.copyOf(this.held));
	}

	/**
	 * Puts a parked event that was read before what waits for it.
	 * @return whether it is one, and in its lane
	 */
	boolean queued(Lane lane, Work work) {
		if (!(work instanceof Work.EventWork event) || event.parked == null || event.parked.queue.lane == null) {
			return false;
		}
		ParkedQueue queue = event.parked.queue;
		lane.addBehindLeading(event, (other) -> isOf(queue, other));
		release(List.of(lane));
		return true;
	}

	/** The lane has what it waited for, or may look again whether it has. */
	private void release(List<Lane> lanes) {
		for (Lane lane : lanes) {
			if (this.held.remove(lane)) {
				this.partition.ready(lane);
			}
		}
	}

	/**
	 * What handles events of a stream that is no input any more: it cannot, and says so
	 * with their dead letter.
	 */
	static ProcessorInput<byte[]> formerInput(String processor, String stream) {
		return new ProcessorInput.Single<>(stream, byte[].class, (event, context) -> {
			throw new InvalidEventException("Processor '" + processor + "' does not read stream '" + stream
					+ "' any more; the event was parked when it did");
		});
	}

	void stop() {
		this.returns.stop();
		this.queues.clear();
		this.held.clear();
	}

}
