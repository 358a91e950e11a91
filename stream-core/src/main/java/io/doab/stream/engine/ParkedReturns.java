package io.doab.stream.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

import io.doab.stream.spi.PartitionOwnership;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings parked events back: all that are stored, when the partition is acquired, as
 * entries of queues; each, when it is due, as a work.
 *
 * <p>
 * Guarded by the lock of its partition; answers are decoded outside of it, as a rule.
 */
final class ParkedReturns {

	private static final Logger logger = LoggerFactory.getLogger(ParkedReturns.class);

	/** How many events of a queue are read at once. */
	private static final int READ_EVENTS = 32;

	private static final long READ_BYTES = 1024 * 1024;

	/** The clock may be set; and whoever is given up must not be remembered for long. */
	private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

	private final Parking parking;

	private final OwnedPartition partition;

	private final String processor;

	private final EngineTime time;

	private final ParkedQueues queues;

	private final ParkedReader reader;

	private final ReentrantLock lock;

	private @Nullable Instant nextLook;

	/** Of the looks that were planned only the last one counts. */
	private int lookNumber;

	private volatile boolean stopped;

	ParkedReturns(Parking parking, OwnedPartition partition, PartitionOwnership ownership, ParkedQueues queues,
			ProcessorRuntime runtime, ReentrantLock lock) {
		this.parking = parking;
		this.partition = partition;
		this.processor = runtime.definition().name();
		this.time = runtime.time();
		this.queues = queues;
		this.reader = new ParkedReader(ownership, this.time, () -> this.stopped);
		this.lock = lock;
	}

	/** Reads what is parked; nothing of the partition may run before it is known. */
	CompletableFuture<Void> restore() {
		CompletableFuture<Void> restored = new CompletableFuture<>();
		this.reader.readAll((stored) -> {
			try {
				Map<Long, ParkedEvent> events = new TreeMap<>();
				stored.forEach((number, bytes) -> events.put(Long.valueOf(number), ParkedEvent.decode(bytes)));
				restore(events);
			}
			catch (RuntimeException ex) {
				this.partition.stop(ex);
				return;
			}
			restored.complete(null);
		});
		return restored;
	}

	private void restore(Map<Long, ParkedEvent> events) {
		this.lock.lock();
		try {
			events.forEach((number, event) -> this.queues.restore(this.parking.queueOf(event.record().event().key()),
					number, event.record().event().size(), event.due()));
			plan();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** A commit was applied: what it parked can be read from now on. */
	void committed(List<Work.EventWork> parked) {
		for (Work.EventWork event : parked) {
			ParkedQueue.Entry entry = Objects.requireNonNull(event.parked);
			entry.stored = true;
			if (entry.queue.needsMore()) {
				read(entry.queue);
			}
		}
		if (!parked.isEmpty()) {
			plan();
		}
	}

	/** Plans the next look, if what is parked now is due before it. */
	private void plan() {
		Instant next = this.queues.nextDue();
		if (next == null || this.stopped || (this.nextLook != null && !next.isBefore(this.nextLook))) {
			return;
		}
		this.nextLook = next;
		int number = ++this.lookNumber;
		if (next.isAfter(this.time.now().plus(LONGEST_WAIT))) {
			this.time.after(LONGEST_WAIT, () -> look(number));
		}
		else {
			this.time.at(next, () -> look(number));
		}
	}

	private void look(int number) {
		this.lock.lock();
		try {
			if (number != this.lookNumber || this.stopped) {
				return;
			}
			this.nextLook = null;
			this.queues.due(this.time.now()).forEach(this::read);
			plan();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Has the next events of a queue read, and run as the first of their lane. */
	void read(ParkedQueue queue) {
		List<ParkedQueue.Entry> entries = queue.load(READ_EVENTS, READ_BYTES);
		if (entries.isEmpty()) {
			// On their way to the store: the commit goes on with them.
			return;
		}
		this.reader.read(entries.stream().map(ParkedQueue.Entry::key).toList(), (stored) -> {
			try {
				List<Work> works = new ArrayList<>(entries.size());
				List<ParkedQueue.Entry> gone = new ArrayList<>();
				for (int i = 0; i < entries.size(); i++) {
					byte @Nullable [] bytes = stored.get(i);
					if (bytes != null) {
						works.add(this.partition.parkedWork(entries.get(i), ParkedEvent.decode(bytes)));
					}
					else {
						gone.add(entries.get(i));
					}
				}
				forget(gone);
				this.partition.load(works);
			}
			catch (RuntimeException ex) {
				// Whatever it is: otherwise its key waits for good.
				this.partition.stop(ex);
			}
		});
	}

	/** Somebody removed parked events from the state. */
	private void forget(List<ParkedQueue.Entry> gone) {
		if (gone.isEmpty()) {
			return;
		}
		logger.warn("{}: {} parked events of partition {} are not in its state any more: somebody removed them",
				this.processor, gone.size(), this.partition.partition());
		this.lock.lock();
		try {
			gone.forEach(this.queues::remove);
			ParkedQueue queue = gone.getFirst().queue;
			if (queue.isEmpty()) {
				this.partition.queue(queue.deferred);
				this.partition.timersPutOff(-queue.deferred.size());
			}
			else if (queue.needsMore()) {
				read(queue);
			}
			this.parking.releaseAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	void stop() {
		this.stopped = true;
	}

}
