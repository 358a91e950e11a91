package io.doab.stream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.doab.stream.Position;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.FencedException;
import io.doab.stream.error.StreamException;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.GroupMember;
import io.doab.stream.spi.GroupSpec;
import io.doab.stream.spi.OwnershipListener;
import io.doab.stream.spi.PartitionOwnership;
import io.doab.stream.spi.StreamRecord;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a group over Kafka: one consumer, one producer of transactions.
 *
 * <p>
 * <b>Threads.</b> The consumer belongs to the thread in {@link #poll}, and so do the
 * callbacks of a rebalance. Commits run on the committer's thread.
 *
 * <p>
 * <b>Taking over.</b> The producer of an owner that died may have left a transaction
 * open, which would hide the group's offsets until it times out. Its id stands in the
 * offset's metadata: it is fenced first, then offsets and state are read. An owner that
 * gives a partition up takes its id away, so that a living one is never fenced for what
 * it no longer owns ({@link GroupOffsets}).
 *
 * <p>
 * The group is rebalanced as a whole: all partitions are revoked, then assigned under a
 * new generation. So all that is owned belongs to one generation, and the broker refuses
 * what an older one commits.
 */
final class KafkaGroupMember implements GroupMember, ConsumerRebalanceListener {

	private static final Logger logger = LoggerFactory.getLogger(KafkaGroupMember.class);

	/**
	 * How long a poll waits while a partition is paused, for its room may come back
	 * meanwhile.
	 */
	private static final Duration PAUSED_POLL = Duration.ofMillis(10);

	private static final Duration CLAIM_LIMIT = Duration.ofSeconds(10);

	/**
	 * With the drain and the committer's own limit it makes less than the time that the
	 * engine gives a member to stop; so does the next.
	 */
	private static final Duration RELEASE_LIMIT = Duration.ofSeconds(4);

	private static final Duration LEAVE_LIMIT = Duration.ofSeconds(3);

	private final GroupSpec group;

	private final OwnershipListener listener;

	private final KafkaGroupStore store;

	private final Consumer<byte[], byte[]> consumer;

	private final String transactionalId;

	private final TransactionCommitter committer;

	private final CoordinatorContact contact;

	private final Map<Integer, KafkaOwnership> owned = new ConcurrentHashMap<>();

	private final Set<Integer> paused = ConcurrentHashMap.newKeySet();

	private boolean subscribed;

	private @Nullable StreamException rebalanceFailure;

	KafkaGroupMember(GroupSpec group, OwnershipListener listener, KafkaClients clients, KafkaGroupStore store) {
		this.group = group;
		this.listener = listener;
		this.store = store;
		this.transactionalId = "doab-" + group.group() + "-" + UUID.randomUUID();
		this.consumer = clients.member(group.group(), group.maxFetchEvents());
		Producer<byte[], byte[]> producer = clients.transactional(this.transactionalId);
		this.committer = new TransactionCommitter(group.group(), this.transactionalId, producer, this.consumer::wakeup);
		this.contact = new CoordinatorContact(group.group(), this.consumer,
				clients.settings().sessionTimeout().plusSeconds(1));
	}

	@Override
	public void poll(Duration timeout) {
		if (!this.subscribed) {
			this.store.ensureChangelog();
			this.committer.start();
			this.consumer.subscribe(this.group.inputs(), this);
			this.subscribed = true;
		}
		try {
			boolean anyPaused = applyPauses();
			deliver(this.consumer.poll(anyPaused ? PAUSED_POLL : timeout));
		}
		catch (WakeupException ex) {
			logger.trace("Woken up", ex);
		}
		catch (InvalidOffsetException ex) {
			this.rebalanceFailure = (this.rebalanceFailure != null) ? this.rebalanceFailure
					: new FencedException("Where group " + this.group.group() + " was to read there is nothing: "
							+ ex.getMessage() + ". The log was cut or created again", ex);
		}
		catch (KafkaException ex) {
			if (failure() == null) {
				throw KafkaFailures.translate("poll of group " + this.group.group(), ex);
			}
		}
		StreamException failure = failure();
		if (failure != null) {
			lose(failure);
			throw failure;
		}
		this.contact.require();
	}

	/** Why this member is over, or null. */
	private @Nullable StreamException failure() {
		return (this.rebalanceFailure != null) ? this.rebalanceFailure : this.committer.failure();
	}

	@Override
	public void pause(int partition) {
		this.paused.add(partition);
	}

	@Override
	public void resume(int partition) {
		this.paused.remove(partition);
	}

	@Override
	public void wakeup() {
		this.consumer.wakeup();
	}

	@Override
	public void close() {
		try {
			// Before the consumer's close, which ends the heartbeats first: handlers may
			// need longer than a session.
			giveUp();
		}
		finally {
			leave();
		}
	}

	private void leave() {
		try {
			this.consumer.close(CloseOptions.timeout(LEAVE_LIMIT));
		}
		catch (KafkaException ex) {
			logger.debug("{} did not leave its group in good order", this.transactionalId, ex);
		}
		finally {
			this.committer.close();
			lose(new FencedException("The member has left its group", null));
		}
	}

	private boolean applyPauses() {
		Set<TopicPartition> wanted = new HashSet<>();
		for (TopicPartition input : this.consumer.assignment()) {
			if (!this.owned.containsKey(input.partition()) || this.paused.contains(input.partition())) {
				wanted.add(input);
			}
		}
		Set<TopicPartition> present = this.consumer.paused();
		if (!wanted.equals(present)) {
			this.consumer.resume(present.stream().filter((input) -> !wanted.contains(input)).toList());
			this.consumer.pause(wanted);
		}
		return !wanted.isEmpty();
	}

	private void deliver(ConsumerRecords<byte[], byte[]> records) {
		for (TopicPartition input : records.partitions()) {
			KafkaOwnership ownership = this.owned.get(input.partition());
			if (ownership != null) {
				List<ConsumerRecord<byte[], byte[]>> read = records.records(input);
				List<StreamRecord> events = new ArrayList<>(read.size());
				for (ConsumerRecord<byte[], byte[]> record : read) {
					events.add(KafkaRecords.fromRecord(record));
				}
				deliver(ownership, input, events);
			}
		}
		// Positions move over marks of transactions, and over what was aborted, without
		// any record.
		this.owned.values()
			.forEach((ownership) -> ownership.checkpoints()
				.keySet()
				.forEach((stream) -> deliver(ownership, new TopicPartition(stream, ownership.partition()), List.of())));
	}

	private void deliver(KafkaOwnership ownership, TopicPartition input, List<StreamRecord> events) {
		Position scannedTo = positionOf(input, events);
		Position before = Objects.requireNonNull(ownership.scannedTo.get(input.topic()));
		if (scannedTo == null || (events.isEmpty() && scannedTo.equals(before))) {
			return;
		}
		if (scannedTo.compareTo(before) < 0) {
			this.rebalanceFailure = new FencedException("The log of " + input + " went back from " + before + " to "
					+ scannedTo + ": it was cut or created again", null);
			return;
		}
		ownership.scannedTo.put(input.topic(), scannedTo);
		this.listener.fetched(ownership, new FetchedRecords(input.topic(), events, scannedTo));
	}

	/**
	 * Up to where an input is read, or null when that has to be asked for: no input waits
	 * for the leader of another. What was read is told in any case, for the consumer does
	 * not read it again; what is wrong is met by the next poll too.
	 */
	private @Nullable Position positionOf(TopicPartition input, List<StreamRecord> events) {
		try {
			return Position.ofOffset(this.consumer.position(input, Duration.ZERO) - 1);
		}
		catch (KafkaException ex) {
			return events.isEmpty() ? null : events.getLast().position();
		}
	}

	// Rebalances, from within the consumer's poll and close.

	@Override
	public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
		if (this.rebalanceFailure != null) {
			return;
		}
		try {
			List<Integer> complete = assigned.stream()
				.map(TopicPartition::partition)
				.distinct()
				.filter((partition) -> this.group.inputs()
					.stream()
					.allMatch((stream) -> assigned.contains(new TopicPartition(stream, partition))))
				.sorted()
				.toList();
			leaveAlone(assigned.stream().filter((input) -> !complete.contains(input.partition())).toList());
			if (!complete.isEmpty()) {
				takeOver(complete);
			}
		}
		catch (RuntimeException ex) {
			// What leaves this callback is polled over, and the partitions are never
			// read.
			this.rebalanceFailure = notTakenOver(KafkaFailures.translate("take over partitions", ex));
		}
	}

	/** They are not read; a position of any kind spares the broker a question for one. */
	private void leaveAlone(List<TopicPartition> incomplete) {
		this.consumer.pause(incomplete);
		incomplete.forEach((input) -> this.consumer.seek(input, 0));
	}

	/**
	 * The partitions are assigned and not read: only another assignment helps, so this
	 * member is over.
	 */
	private StreamException notTakenOver(StreamException cause) {
		return (cause instanceof FatalStreamException) ? cause : new FencedException(
				"Group " + this.group.group() + " could not take over its partitions: " + cause.getMessage(), cause);
	}

	private void takeOver(List<Integer> partitions) {
		ConsumerGroupMetadata generation = this.consumer.groupMetadata();
		Map<TopicPartition, OffsetAndMetadata> committed = this.store.committed(partitions, this.transactionalId);
		Map<Integer, PartitionState> states = this.store.restore(partitions);
		ResumePoints points = this.store.resumePoints(partitions);
		List<CompletableFuture<Void>> claims = new ArrayList<>();
		List<KafkaOwnership> taken = new ArrayList<>();
		for (int partition : partitions) {
			PartitionState state = Objects.requireNonNull(states.get(partition));
			Map<String, ResumePoint> resumed = new LinkedHashMap<>();
			boolean vanished = false;
			for (String stream : this.group.inputs()) {
				TopicPartition input = new TopicPartition(stream, partition);
				ResumePoint point = points.of(input, committed.get(input), state);
				this.consumer.seek(input, point.next());
				resumed.put(stream, point);
				vanished |= GroupOffsets.isOwned(committed.get(input));
			}
			KafkaOwnership ownership = new KafkaOwnership(partition, generation, resumed, vanished, state,
					this.committer, this.store::endOffsets);
			claims.add(this.committer.claim(ownership));
			taken.add(ownership);
		}
		await("claim partitions " + partitions, CLAIM_LIMIT, claims);
		for (KafkaOwnership ownership : taken) {
			this.owned.put(ownership.partition(), ownership);
			this.listener.acquired(ownership);
		}
	}

	@Override
	public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
		giveUp();
	}

	private void giveUp() {
		List<KafkaOwnership> given = List.copyOf(this.owned.values());
		if (given.isEmpty()) {
			return;
		}
		this.listener.revoked(List.<PartitionOwnership>copyOf(given)).join();
		try {
			if (this.committer.failure() == null) {
				await("release partitions", RELEASE_LIMIT, given.stream().map(this.committer::release).toList());
			}
		}
		catch (StreamException ex) {
			logger.debug("Partitions were not released; the next owner fences this producer", ex);
		}
		forget(given, new FencedException("The partitions were given up", null));
	}

	@Override
	public void onPartitionsLost(Collection<TopicPartition> lost) {
		// Who owns next fences this member's producer: another assignment is of no use.
		this.rebalanceFailure = new FencedException(
				"This member is not in the group any more: its partitions are another's", null);
		lose(this.rebalanceFailure);
	}

	private void lose(StreamException cause) {
		for (KafkaOwnership ownership : List.copyOf(this.owned.values())) {
			ownership.end(cause);
			this.listener.lost(ownership, cause);
		}
		this.owned.clear();
		this.paused.clear();
	}

	private void forget(List<KafkaOwnership> given, StreamException cause) {
		for (KafkaOwnership ownership : given) {
			ownership.end(cause);
			this.owned.remove(ownership.partition());
			this.paused.remove(ownership.partition());
		}
	}

	private static void await(String operation, Duration limit, List<CompletableFuture<Void>> outcomes) {
		try {
			CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
				.get(limit.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw KafkaFailures.translate(operation, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw KafkaFailures.translate(operation, ex);
		}
	}

}
