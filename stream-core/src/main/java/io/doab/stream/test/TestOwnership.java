package io.doab.stream.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.doab.stream.Position;
import io.doab.stream.error.FencedException;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.DueTimers;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.PartitionReset;
import io.doab.stream.spi.StateKey;

import org.jspecify.annotations.Nullable;

/**
 * The hold of a partition until the processor stops or loses it. Answers come later, as
 * those of a server do: as tasks of the time, so that a commit is under way while what
 * follows runs.
 */
final class TestOwnership implements PartitionOwnership {

	private final TestPartition partition;

	private final TestStreams streams;

	private final TestTime time;

	private final Collection<String> inputs;

	private final BooleanSupplier losesCommit;

	private final long epoch;

	private final Map<String, Checkpoint> checkpoints;

	private final TestStreams.Reader reader;

	private boolean over;

	/**
	 * Acquires a partition.
	 * @param losesCommit whether the commit that has just come is not to be stored
	 */
	TestOwnership(TestPartition partition, TestStreams streams, TestTime time, Collection<String> inputs,
			BooleanSupplier losesCommit) {
		this.partition = partition;
		this.streams = streams;
		this.time = time;
		this.inputs = inputs;
		this.losesCommit = losesCommit;
		this.epoch = partition.nextEpoch();
		this.checkpoints = partition.checkpoints(inputs);
		this.reader = streams.reader(partition.number(), this.checkpoints);
	}

	TestPartition stored() {
		return this.partition;
	}

	/** Whether the partition was lost. */
	boolean isOver() {
		return this.over;
	}

	/** The next events of one input, or null when all are read. */
	@Nullable FetchedRecords read(int maxEvents) {
		return this.reader.read(maxEvents);
	}

	@Override
	public int partition() {
		return this.partition.number();
	}

	@Override
	public long epoch() {
		return this.epoch;
	}

	/** Whoever had it before let go of it. */
	@Override
	public boolean formerOwnerVanished() {
		return false;
	}

	@Override
	public Map<String, Checkpoint> checkpoints() {
		return this.checkpoints;
	}

	@Override
	public CompletableFuture<Void> commit(AtomicCommit commit) {
		return answer(() -> {
			if (this.losesCommit.getAsBoolean()) {
				this.over = true;
				throw new FencedException(
						"The test loses this commit: partition " + partition() + " of epoch " + this.epoch + " is over",
						null);
			}
			this.partition.apply(commit);
			commit.appends().forEach(this.streams::emit);
			return null;
		});
	}

	@Override
	public CompletableFuture<List<byte @Nullable []>> readState(List<StateKey> keys) {
		return answer(() -> {
			List<byte @Nullable []> values = new ArrayList<>(keys.size());
			keys.forEach((key) -> values.add(this.partition.state(key)));
			return values;
		});
	}

	@Override
	public CompletableFuture<Map<String, byte[]>> readAll(String state) {
		return answer(() -> this.partition.states(state));
	}

	@Override
	public CompletableFuture<DueTimers> dueTimers(Instant now, int limit) {
		return answer(() -> this.partition.dueTimers(now, limit));
	}

	@Override
	public CompletableFuture<Map<String, Position>> endPositions() {
		return answer(() -> this.streams.ends(this.inputs, partition()));
	}

	@Override
	public CompletableFuture<Void> reset(PartitionReset reset) {
		throw new UnsupportedOperationException("A group of the test kit is begun anew with a new driver");
	}

	private <T extends @Nullable Object> CompletableFuture<T> answer(Supplier<T> question) {
		CompletableFuture<T> answer = new CompletableFuture<>();
		this.time.after(Duration.ZERO, () -> {
			T value;
			try {
				value = question.get();
			}
			catch (FencedException ex) {
				answer.completeExceptionally(ex);
				return;
			}
			answer.complete(value);
		});
		return answer;
	}

}
