package io.doab.stream.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StateKey;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the state that works may need before they run, many entries in one go, and hands
 * the works on in the order in which they came. Guarded by the lock of its partition.
 */
final class StateLoader {

	private static final Logger logger = LoggerFactory.getLogger(StateLoader.class);

	private static final Duration RETRY_DELAY = Duration.ofMillis(200);

	private final PartitionOwnership ownership;

	private final StateCache states;

	private final ReentrantLock lock;

	private final EngineTime time;

	private final Consumer<List<? extends Work>> queue;

	private final AtomicInteger failures = new AtomicInteger();

	/** Completes when the works that came last were handed on. */
	private CompletableFuture<Void> handedOn = CompletableFuture.completedFuture(null);

	private boolean stopped;

	StateLoader(PartitionOwnership ownership, StateCache states, ReentrantLock lock, EngineTime time,
			Consumer<List<? extends Work>> queue) {
		this.ownership = ownership;
		this.states = states;
		this.lock = lock;
		this.time = time;
		this.queue = queue;
	}

	/** Hands nothing on before something else is complete. To be called first of all. */
	void waitFor(CompletableFuture<Void> other) {
		this.handedOn = other;
	}

	/**
	 * Reads what the works need, then hands them on behind all that were given before.
	 */
	void load(List<? extends Work> works) {
		if (works.isEmpty()) {
			return;
		}
		List<StateKey> missing = new ArrayList<>();
		this.lock.lock();
		try {
			works.forEach((work) -> missing.addAll(this.states.hold(work)));
			CompletableFuture<Void> read = missing.isEmpty() ? CompletableFuture.completedFuture(null) : read(missing);
			this.handedOn = this.handedOn.thenCombine(read, (one, other) -> null);
			if (!this.handedOn.isDone()) {
				this.handedOn = this.handedOn.thenRun(() -> this.queue.accept(works));
				return;
			}
		}
		finally {
			this.lock.unlock();
		}
		this.queue.accept(works);
	}

	/** Hands nothing on any more that has to be read. */
	void stop() {
		this.stopped = true;
	}

	private CompletableFuture<Void> read(List<StateKey> keys) {
		CompletableFuture<Void> done = new CompletableFuture<>();
		readInto(keys, done);
		return done;
	}

	private void readInto(List<StateKey> keys, CompletableFuture<Void> done) {
		var _ = this.ownership.readState(keys).whenComplete((values, failure) -> {
			if (failure == null) {
				if (take(keys, values)) {
					done.complete(null);
				}
			}
			else {
				noteFailure(failure);
				this.time.after(RETRY_DELAY, () -> readAgain(keys, done));
			}
		});
	}

	private boolean take(List<StateKey> keys, List<byte[]> values) {
		this.lock.lock();
		try {
			for (int i = 0; i < keys.size() && !this.stopped; i++) {
				this.states.set(keys.get(i), values.get(i));
			}
			return !this.stopped;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void readAgain(List<StateKey> keys, CompletableFuture<Void> done) {
		this.lock.lock();
		try {
			if (this.stopped) {
				return;
			}
		}
		finally {
			this.lock.unlock();
		}
		readInto(keys, done);
	}

	/** The first of a row, then each time their number has doubled. */
	private void noteFailure(Throwable failure) {
		int count = this.failures.incrementAndGet();
		if (Integer.bitCount(count) == 1) {
			logger.warn("State of partition {} could not be read, {} times so far: {}", this.ownership.partition(),
					count, failure.toString());
		}
	}

}
