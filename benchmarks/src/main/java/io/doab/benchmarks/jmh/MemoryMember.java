package io.doab.benchmarks.jmh;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.doab.stream.Position;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.DueTimers;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.GroupMember;
import io.doab.stream.spi.OwnershipListener;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.PartitionReset;
import io.doab.stream.spi.StateChange;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.StreamRecord;

import org.jspecify.annotations.Nullable;

/**
 * A member that owns one partition for good. It is given batches, and tells when all of
 * one is committed. Commits are applied at once, by whoever makes them.
 */
final class MemoryMember implements GroupMember {

	private static final long LIMIT_SECONDS = 10;

	private final OwnershipListener listener;

	private final String stream;

	private final BlockingQueue<List<StreamRecord>> batches = new LinkedBlockingQueue<>();

	private final Semaphore committed = new Semaphore(0);

	private final Ownership ownership = new Ownership();

	private boolean joined;

	MemoryMember(OwnershipListener listener, String stream) {
		this.listener = listener;
		this.stream = stream;
	}

	/** Gives the engine a batch and waits until it has committed all of it. */
	void process(List<StreamRecord> batch) throws InterruptedException {
		this.ownership.awaited = batch.getLast().position();
		this.batches.add(batch);
		if (!this.committed.tryAcquire(LIMIT_SECONDS, TimeUnit.SECONDS)) {
			throw new IllegalStateException("The engine did not commit");
		}
	}

	@Override
	public void poll(Duration timeout) {
		if (!this.joined) {
			this.joined = true;
			this.listener.acquired(this.ownership);
		}
		try {
			List<StreamRecord> batch = this.batches.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
			if (batch != null && !batch.isEmpty()) {
				this.listener.fetched(this.ownership,
						new FetchedRecords(this.stream, batch, batch.getLast().position()));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void pause(int partition) {
	}

	@Override
	public void resume(int partition) {
	}

	@Override
	public void wakeup() {
		this.batches.add(List.of());
	}

	@Override
	public void close() {
	}

	/** The only partition. */
	private final class Ownership implements PartitionOwnership {

		private final Map<StateKey, byte[]> state = new HashMap<>();

		private volatile @Nullable Position awaited;

		@Override
		public int partition() {
			return 0;
		}

		@Override
		public long epoch() {
			return 1;
		}

		@Override
		public boolean formerOwnerVanished() {
			return false;
		}

		@Override
		public Map<String, Checkpoint> checkpoints() {
			return Map.of(MemoryMember.this.stream, new Checkpoint(Position.ofOffset(0), Set.of(), 0));
		}

		@Override
		public CompletableFuture<Void> commit(AtomicCommit commit) {
			synchronized (this.state) {
				for (StateChange change : commit.states()) {
					byte[] value = change.value();
					if (value != null) {
						this.state.put(change.key(), value);
					}
					else {
						this.state.remove(change.key());
					}
				}
			}
			Checkpoint checkpoint = commit.checkpoints().get(MemoryMember.this.stream);
			Position last = this.awaited;
			if (checkpoint != null && last != null && checkpoint.prefix().compareTo(last) >= 0) {
				this.awaited = null;
				MemoryMember.this.committed.release();
			}
			return CompletableFuture.completedFuture(null);
		}

		@Override
		public CompletableFuture<List<byte @Nullable []>> readState(List<StateKey> keys) {
			synchronized (this.state) {
				List<byte @Nullable []> values = new ArrayList<>();
				keys.forEach((key) -> values.add(this.state.get(key)));
				return CompletableFuture.completedFuture(values);
			}
		}

		@Override
		public CompletableFuture<Map<String, byte[]>> readAll(String name) {
			return CompletableFuture.completedFuture(Map.of());
		}

		@Override
		public CompletableFuture<DueTimers> dueTimers(Instant now, int limit) {
			return CompletableFuture.failedFuture(new UnsupportedOperationException("There are no timers"));
		}

		@Override
		public CompletableFuture<Map<String, Position>> endPositions() {
			return CompletableFuture.completedFuture(Map.of());
		}

		@Override
		public CompletableFuture<Void> reset(PartitionReset reset) {
			return CompletableFuture.failedFuture(new UnsupportedOperationException("It is not reset"));
		}

	}

}
