package io.doab.stream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.FencedException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.OwnershipListener;
import io.doab.stream.spi.PartitionOwnership;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes partitions over and gives them up, as the group assigns and revokes them.
 *
 * <p>
 * <b>Threads.</b> All of it belongs to the thread that is in the consumer's poll or
 * close. What blocks runs on another one: taking over until it is done; giving up while
 * this thread waits for it and refreshes the epoch, without which what is left could not
 * be committed ({@link MemberEpoch}).
 *
 * <p>
 * <b>Invariants.</b> A partition is owned, or taken over, only while all inputs of it are
 * assigned. It ends before the callback returns that revokes one of them, for with that
 * the broker is told that it may assign it to another member. What stays assigned is not
 * touched.
 */
final class PartitionHandover implements ConsumerRebalanceListener {

	private static final Logger logger = LoggerFactory.getLogger(PartitionHandover.class);

	private static final Executor THREADS = (task) -> Thread.ofVirtual().name("doab-give-up").start(task);

	private static final long REFRESH_MILLIS = 20;

	/**
	 * With the drain and the committer's own limit it makes less than the time that the
	 * engine gives a member to stop; so does what comes next.
	 */
	private static final Duration RELEASE_LIMIT = Duration.ofSeconds(4);

	private static final Duration DECISION_LIMIT = Duration.ofSeconds(1);

	private final KafkaGroupStore store;

	private final OwnershipListener listener;

	private final Consumer<?, ?> consumer;

	private final TransactionCommitter committer;

	private final MemberEpoch epoch;

	private final InputAssignment assignment;

	private final FetchPauses pauses;

	private final List<TakeOver> takeOvers = new ArrayList<>();

	private final Map<Integer, KafkaOwnership> owned = new ConcurrentHashMap<>();

	private @Nullable StreamException failure;

	PartitionHandover(KafkaGroupStore store, OwnershipListener listener, Consumer<?, ?> consumer,
			TransactionCommitter committer, MemberEpoch epoch, FetchPauses pauses) {
		this.store = store;
		this.listener = listener;
		this.consumer = consumer;
		this.committer = committer;
		this.epoch = epoch;
		this.pauses = pauses;
		this.assignment = new InputAssignment(store.group().inputs());
	}

	/** Why this member is over, or null. */
	@Nullable StreamException failure() {
		return (this.failure != null) ? this.failure : this.committer.failure();
	}

	/** Ends the member: what came first counts. */
	void fail(StreamException cause) {
		if (this.failure == null) {
			this.failure = cause;
		}
	}

	/** What is owned, by partition number. */
	Map<Integer, KafkaOwnership> owned() {
		return this.owned;
	}

	// Assigned and taken over.

	@Override
	public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
		try {
			this.epoch.refresh();
			this.pauses.assigned(assigned);
			begin(this.assignment.add(assigned));
		}
		catch (RuntimeException ex) {
			// What leaves this callback is polled over, and the partitions are never
			// read.
			fail(notTakenOver(KafkaFailures.translate("take over partitions", ex)));
		}
	}

	private void begin(Set<Integer> partitions) {
		if (!partitions.isEmpty() && failure() == null) {
			this.takeOvers.add(TakeOver.begin(partitions, this.store, this.committer, this.epoch));
		}
	}

	/** Owns what was taken over meanwhile. */
	void adopt() {
		for (TakeOver takeOver : List.copyOf(this.takeOvers)) {
			if (takeOver.outcome().isDone()) {
				adopt(takeOver);
			}
		}
	}

	private void adopt(TakeOver takeOver) {
		this.takeOvers.remove(takeOver);
		try {
			for (KafkaOwnership ownership : takeOver.outcome().join()) {
				ownership.resumed()
					.forEach((stream, point) -> this.consumer.seek(new TopicPartition(stream, ownership.partition()),
							point.next()));
				this.owned.put(ownership.partition(), ownership);
				this.listener.acquired(ownership);
			}
		}
		catch (RuntimeException ex) {
			fail(notTakenOver(KafkaFailures.translate("take over partitions", ex)));
		}
	}

	/**
	 * The partitions are assigned and not read: only another assignment helps, so this
	 * member is over.
	 */
	private StreamException notTakenOver(StreamException cause) {
		return (cause instanceof FatalStreamException) ? cause : new FencedException(
				"Group " + this.store.group().group() + " could not take over its partitions: " + cause.getMessage(),
				cause);
	}

	// Revoked and given up.

	@Override
	public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
		try {
			this.epoch.refresh();
			giveUp(this.assignment.remove(revoked));
			this.pauses.revoked(revoked);
		}
		catch (RuntimeException ex) {
			// What leaves this callback keeps the partitions from everybody.
			fail(new FencedException(
					"Group " + this.store.group().group() + " could not give up its partitions: " + ex.getMessage(),
					ex));
		}
	}

	/** Gives up everything in good order, for the member is to leave its group. */
	void giveUpAll() {
		giveUp(this.assignment.clear());
	}

	private void giveUp(Set<Integer> partitions) {
		endTakeOvers(partitions);
		List<KafkaOwnership> given = partitions.stream().map(this.owned::get).filter(Objects::nonNull).toList();
		if (given.isEmpty()) {
			return;
		}
		long began = System.nanoTime();
		try {
			await(this.listener.revoked(List.<PartitionOwnership>copyOf(given)).thenRunAsync(() -> {
				long drained = System.nanoTime();
				release(given);
				logger.debug("{} partitions given up: drained in {} ms, released in {} ms", given.size(),
						TimeUnit.NANOSECONDS.toMillis(drained - began),
						TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - drained));
			}, THREADS));
		}
		finally {
			given.forEach((ownership) -> {
				ownership.end(new FencedException("The partition was given up", null));
				this.owned.remove(ownership.partition());
				this.pauses.resume(ownership.partition());
			});
		}
	}

	/**
	 * Of what was taken over meanwhile, what stays assigned is begun again; what is
	 * claimed already is owned first.
	 */
	private void endTakeOvers(Set<Integer> partitions) {
		for (TakeOver takeOver : List.copyOf(this.takeOvers)) {
			Set<Integer> rest = new HashSet<>(takeOver.partitions());
			if (!rest.removeAll(partitions)) {
				continue;
			}
			if (takeOver.cancel()) {
				this.takeOvers.remove(takeOver);
				begin(rest);
			}
			else {
				await(takeOver.outcome().handle((taken, failed) -> null));
				adopt(takeOver);
			}
		}
	}

	/** Blocks. */
	private void release(List<KafkaOwnership> given) {
		if (failure() != null) {
			return;
		}
		try {
			CompletableFuture.allOf(given.stream().map(this.committer::release).toArray(CompletableFuture[]::new))
				.get(RELEASE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
			this.store.awaitDecided(given.stream().map(KafkaOwnership::partition).toList(), DECISION_LIMIT);
		}
		catch (ExecutionException | TimeoutException | StreamException ex) {
			logger.debug("Partitions were not released; the next owner fences this producer", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Waits on the thread that polls, which meanwhile gives the committer its epochs. */
	private void await(CompletableFuture<?> work) {
		while (true) {
			try {
				work.get(REFRESH_MILLIS, TimeUnit.MILLISECONDS);
				return;
			}
			catch (TimeoutException ex) {
				this.epoch.refresh();
			}
			catch (ExecutionException ex) {
				throw KafkaFailures.translate("give up partitions", ex);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw KafkaFailures.translate("give up partitions", ex);
			}
		}
	}

	// Lost.

	@Override
	public void onPartitionsLost(Collection<TopicPartition> lost) {
		// Who owns next fences this member's producer: another assignment is of no use.
		FencedException cause = new FencedException(
				"This member is not in the group any more: its partitions are another's", null);
		fail(cause);
		lose(cause);
	}

	/** Drops everything; nothing of it is committed any more. */
	void lose(StreamException cause) {
		this.assignment.clear();
		this.pauses.clear();
		this.takeOvers.forEach((takeOver) -> takeOver.end(cause));
		this.takeOvers.clear();
		for (KafkaOwnership ownership : List.copyOf(this.owned.values())) {
			ownership.end(cause);
			this.listener.lost(ownership, cause);
		}
		this.owned.clear();
	}

}
