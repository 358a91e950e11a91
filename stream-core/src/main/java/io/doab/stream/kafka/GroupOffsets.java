package io.doab.stream.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import io.doab.stream.error.FencedException;
import io.doab.stream.error.RetriableException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The offsets that a group has committed, and the owners that they name. Blocks; for the
 * thread of one member.
 *
 * <p>
 * What a transaction says of an input is undecided until its marks are written. The
 * broker answers for such an input with an error, and the client leaves it out of what it
 * returns: an input that has no offset is there, with a null; one that is undecided is
 * not. To take the second for the first would begin the group anew.
 */
final class GroupOffsets {

	private static final Logger logger = LoggerFactory.getLogger(GroupOffsets.class);

	/**
	 * Every 10 s the broker looks for transactions that are over their time; and it has
	 * to write their marks.
	 */
	private static final Duration ABORT_LIMIT = Duration.ofSeconds(15);

	private static final Duration PAUSE = Duration.ofMillis(20);

	private final String group;

	private final Admin admin;

	private final long patience;

	private final Duration limit;

	GroupOffsets(String group, Admin admin, KafkaSettings settings) {
		this.group = group;
		this.admin = admin;
		this.patience = settings.patienceSeconds();
		this.limit = settings.transactionTimeout().plus(ABORT_LIMIT);
	}

	/**
	 * The offsets of those inputs that have one, after the transactions were ended that
	 * owners left open which did not give their partitions up.
	 *
	 * <p>
	 * Owners are taken from decided offsets and from those under an open transaction: who
	 * gives a partition up waits until that is decided ({@link #awaitDecided}), so that
	 * one who lives is not found there. The first transaction of an owner does not name
	 * it anywhere: it is waited for until the broker ends it.
	 * @param self never fenced
	 * @param cancelled whether the inputs are not this member's any more: what is found
	 * from then on may name who owns them now
	 * @throws FencedException when they are not
	 * @throws RetriableException when an offset is undecided for longer than the broker
	 * lets a transaction be open
	 */
	Map<TopicPartition, OffsetAndMetadata> settled(List<TopicPartition> inputs, String self,
			BooleanSupplier cancelled) {
		long deadline = System.nanoTime() + this.limit.toNanos();
		Set<String> ended = new HashSet<>(Set.of(self));
		while (true) {
			Found decided = find(inputs, true, this.patience);
			Set<String> owners = decided.owners();
			if (!decided.undecided().isEmpty()) {
				owners.addAll(find(decided.undecided(), false, this.patience).owners());
			}
			owners.removeAll(ended);
			if (cancelled.getAsBoolean()) {
				throw TakeOver.cancelled();
			}
			if (!owners.isEmpty()) {
				fence(owners);
				ended.addAll(owners);
			}
			else if (decided.undecided().isEmpty()) {
				return decided.offsets();
			}
			else {
				pause(decided.undecided(), deadline, this.limit);
			}
		}
	}

	/** Whether an offset names an owner, who then did not give its partition up. */
	static boolean isOwned(@Nullable OffsetAndMetadata offset) {
		return offset != null && OffsetNote.parse(offset.metadata()).owner() != null;
	}

	/**
	 * Waits until nothing is undecided of what was committed for inputs.
	 * @throws RetriableException when it takes longer than the limit
	 */
	void awaitDecided(List<TopicPartition> inputs, Duration within) {
		long deadline = System.nanoTime() + within.toNanos();
		long seconds = Math.max(1, within.toSeconds());
		List<TopicPartition> undecided = find(inputs, true, seconds).undecided();
		while (!undecided.isEmpty()) {
			pause(undecided, deadline, within);
			undecided = find(undecided, true, seconds).undecided();
		}
	}

	private void fence(Set<String> owners) {
		logger.info("{}: taking over from {}, which did not leave in good order", this.group, owners);
		KafkaFailures.await("fence " + owners, this.admin.fenceProducers(owners).all(), this.patience);
	}

	private void pause(List<TopicPartition> undecided, long deadline, Duration within) {
		if (System.nanoTime() - deadline > 0) {
			throw new RetriableException("The offsets of " + this.group + " on " + undecided
					+ " are under a transaction that was not ended within " + within, null);
		}
		LockSupport.parkNanos(PAUSE.toNanos());
	}

	private Found find(List<TopicPartition> inputs, boolean stable, long seconds) {
		Map<TopicPartition, OffsetAndMetadata> answer = KafkaFailures.await("read the offsets of " + this.group,
				this.admin
					.listConsumerGroupOffsets(
							Map.of(this.group, new ListConsumerGroupOffsetsSpec().topicPartitions(inputs)),
							new ListConsumerGroupOffsetsOptions().requireStable(stable))
					.partitionsToOffsetAndMetadata(this.group),
				seconds);
		Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
		answer.forEach((input, offset) -> {
			if (offset != null) {
				offsets.put(input, offset);
			}
		});
		return new Found(offsets, inputs.stream().filter((input) -> !answer.containsKey(input)).toList());
	}

	/** What an answer holds, and the inputs that it leaves out. */
	private record Found(Map<TopicPartition, OffsetAndMetadata> offsets, List<TopicPartition> undecided) {

		/** Who did not give its partitions up. */
		Set<String> owners() {
			return this.offsets.values()
				.stream()
				.map((offset) -> OffsetNote.parse(offset.metadata()).owner())
				.filter(Objects::nonNull)
				.collect(Collectors.toCollection(HashSet::new));
		}

	}

}
