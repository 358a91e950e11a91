package io.doab.stream.kafka;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import io.doab.stream.error.FencedException;
import io.doab.stream.error.StreamException;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The taking over of partitions that became complete together: former owners are fenced,
 * offsets and state are read, and this member's name is put on the partitions. It runs on
 * a thread of its own, so that partitions that the member has already go on meanwhile.
 *
 * <p>
 * It can be cancelled for as long as it only reads. What names a former owner was read
 * while the partitions were assigned to this member, or it is not acted upon: an owner
 * that came after is never fenced.
 */
final class TakeOver {

	private static final Logger logger = LoggerFactory.getLogger(TakeOver.class);

	private final Set<Integer> partitions;

	private final KafkaGroupStore store;

	private final TransactionCommitter committer;

	private final MemberEpoch epoch;

	private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.READING);

	private final CompletableFuture<List<KafkaOwnership>> outcome = new CompletableFuture<>();

	private volatile List<KafkaOwnership> claimed = List.of();

	private TakeOver(Set<Integer> partitions, KafkaGroupStore store, TransactionCommitter committer,
			MemberEpoch epoch) {
		this.partitions = Set.copyOf(partitions);
		this.store = store;
		this.committer = committer;
		this.epoch = epoch;
	}

	static TakeOver begin(Set<Integer> partitions, KafkaGroupStore store, TransactionCommitter committer,
			MemberEpoch epoch) {
		TakeOver takeOver = new TakeOver(partitions, store, committer, epoch);
		Thread.ofPlatform().name("doab-take-over").daemon(true).start(takeOver::run);
		return takeOver;
	}

	Set<Integer> partitions() {
		return this.partitions;
	}

	/**
	 * What is owned now. Fails with a {@link StreamException} when it could not be taken
	 * over.
	 */
	CompletableFuture<List<KafkaOwnership>> outcome() {
		return this.outcome;
	}

	/** Ends it, unless it writes already. */
	boolean cancel() {
		return this.phase.compareAndSet(Phase.READING, Phase.CANCELLED);
	}

	private boolean isCancelled() {
		return this.phase.get() == Phase.CANCELLED;
	}

	/** From now on nothing of it is committed. */
	void end(StreamException cause) {
		if (!cancel()) {
			this.claimed.forEach((ownership) -> ownership.end(cause));
		}
	}

	private void run() {
		try {
			List<KafkaOwnership> found = read();
			long read = System.nanoTime();
			this.claimed = found;
			if (!this.phase.compareAndSet(Phase.READING, Phase.CLAIMING)) {
				throw cancelled();
			}
			var _ = CompletableFuture.allOf(found.stream().map(this.committer::claim).toArray(CompletableFuture[]::new))
				.whenComplete((ok, failure) -> {
					logger.debug("{}: claimed after {} ms", this.partitions, millisSince(read));
					if (failure == null) {
						this.outcome.complete(found);
					}
					else {
						this.outcome.completeExceptionally(KafkaFailures.translate("claim partitions", failure));
					}
				});
		}
		catch (RuntimeException ex) {
			this.outcome.completeExceptionally(KafkaFailures.translate("take over " + this.partitions, ex));
		}
	}

	private List<KafkaOwnership> read() {
		long started = System.nanoTime();
		List<Integer> sorted = this.partitions.stream().sorted().toList();
		Map<TopicPartition, OffsetAndMetadata> committed = this.store.committed(sorted,
				this.committer.transactionalId(), this::isCancelled);
		logger.debug("{}: offsets settled after {} ms", sorted, millisSince(started));
		Map<Integer, PartitionState> states = this.store.restore(sorted);
		ResumePoints points = this.store.resumePoints(sorted);
		logger.debug("{}: read after {} ms", sorted, millisSince(started));
		long acquired = this.epoch.current().generationId();
		List<KafkaOwnership> found = new ArrayList<>();
		for (int partition : sorted) {
			PartitionState state = Objects.requireNonNull(states.get(partition));
			Map<String, ResumePoint> resumed = new LinkedHashMap<>();
			boolean vanished = false;
			for (String stream : this.store.group().inputs()) {
				TopicPartition input = new TopicPartition(stream, partition);
				resumed.put(stream, points.of(input, committed.get(input), state));
				vanished |= GroupOffsets.isOwned(committed.get(input));
			}
			found.add(new KafkaOwnership(partition, acquired, resumed, vanished, state, this.committer,
					this.store::endOffsets));
		}
		return found;
	}

	private static long millisSince(long nanos) {
		return (System.nanoTime() - nanos) / 1_000_000;
	}

	static FencedException cancelled() {
		return new FencedException("The partitions were revoked while they were taken over", null);
	}

	private enum Phase {

		READING, CLAIMING, CANCELLED

	}

}
