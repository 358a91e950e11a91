package io.doab.stream.kafka;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.doab.stream.Position;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.DueTimers;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.PartitionReset;
import io.doab.stream.spi.StateKey;

import org.apache.kafka.common.TopicPartition;

import org.jspecify.annotations.Nullable;

/**
 * One partition number from being taken over until it is given up or lost.
 */
final class KafkaOwnership implements PartitionOwnership {

	private final int partition;

	private final long epoch;

	private final Map<String, ResumePoint> resumed;

	private final Map<String, Checkpoint> checkpoints;

	private final boolean formerOwnerVanished;

	private final PartitionState state;

	private final TransactionCommitter committer;

	private final EndOffsets endOffsets;

	/** Where each input is read up to. Belongs to the polling thread. */
	final Map<String, Position> scannedTo = new HashMap<>();

	/** What the broker holds. Belongs to the committing thread. */
	StoredProgress progress;

	private volatile @Nullable StreamException end;

	KafkaOwnership(int partition, long epoch, Map<String, ResumePoint> resumed, boolean formerOwnerVanished,
			PartitionState state, TransactionCommitter committer, EndOffsets endOffsets) {
		this.partition = partition;
		this.epoch = epoch;
		this.resumed = Map.copyOf(resumed);
		this.checkpoints = this.resumed.entrySet()
			.stream()
			.collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, (entry) -> entry.getValue().checkpoint()));
		this.formerOwnerVanished = formerOwnerVanished;
		this.state = state;
		this.committer = committer;
		this.endOffsets = endOffsets;
		this.progress = StoredProgress.found(this.resumed, state, System.nanoTime());
		this.checkpoints.forEach((stream, checkpoint) -> this.scannedTo.put(stream, checkpoint.prefix()));
	}

	/** Learns where topics end, as readers of committed events see it. */
	@FunctionalInterface
	interface EndOffsets {

		CompletableFuture<Map<TopicPartition, Long>> of(List<TopicPartition> partitions);

	}

	@Override
	public int partition() {
		return this.partition;
	}

	@Override
	public long epoch() {
		return this.epoch;
	}

	PartitionState state() {
		return this.state;
	}

	/** Where it began with each input. */
	Map<String, ResumePoint> resumed() {
		return this.resumed;
	}

	@Nullable StreamException end() {
		return this.end;
	}

	/** From now on nothing of it is committed. */
	void end(StreamException cause) {
		this.end = cause;
	}

	@Override
	public boolean formerOwnerVanished() {
		return this.formerOwnerVanished;
	}

	@Override
	public Map<String, Checkpoint> checkpoints() {
		return this.checkpoints;
	}

	@Override
	public CompletableFuture<Void> commit(AtomicCommit commit) {
		return commitLatest(() -> commit);
	}

	@Override
	public CompletableFuture<Void> commitLatest(Supplier<@Nullable AtomicCommit> latest) {
		return this.committer.commit(this, latest);
	}

	@Override
	public CompletableFuture<List<byte @Nullable []>> readState(List<StateKey> keys) {
		List<byte @Nullable []> values = new ArrayList<>(keys.size());
		keys.forEach((key) -> values.add(this.state.get(key)));
		return CompletableFuture.completedFuture(values);
	}

	@Override
	public CompletableFuture<Map<String, byte[]>> readAll(String state) {
		return CompletableFuture.completedFuture(this.state.all(state));
	}

	@Override
	public CompletableFuture<DueTimers> dueTimers(Instant now, int limit) {
		return CompletableFuture.completedFuture(this.state.due(now, limit));
	}

	@Override
	public CompletableFuture<Map<String, Position>> endPositions() {
		List<TopicPartition> inputs = this.checkpoints.keySet()
			.stream()
			.map((stream) -> new TopicPartition(stream, this.partition))
			.toList();
		return this.endOffsets.of(inputs).thenApply((ends) -> {
			Map<String, Position> positions = new HashMap<>();
			ends.forEach((input, end) -> positions.put(input.topic(), Position.ofOffset(end - 1)));
			return positions;
		});
	}

	@Override
	public CompletableFuture<Void> reset(PartitionReset reset) {
		return commit(this.state.resetting(reset));
	}

}
