package io.doab.stream.redis;

import java.util.Optional;

import io.doab.stream.StreamPartition;

/**
 * The names of all keys. What belongs to one partition number has its hash tag, so a
 * cluster keeps it in one slot.
 */
final class RedisKeys {

	/** Hash of stream to its number of partitions. */
	static final String STREAMS = "doab:streams";

	/** Hash of group to what it reads, for operators. */
	static final String GROUPS = "doab:groups";

	/** Hash of paused group to when and why. */
	static final String PAUSED = "doab:paused";

	/** Hash of stream to the number of partitions that it is raised to. */
	static final String RAISING = "doab:streams:raising";

	/** Hash of the streams whose raise has begun to move what groups keep. */
	static final String MOVING = "doab:streams:moving";

	/** What the names of the consumer groups of queues begin with. */
	private static final String QUEUE_GROUP = "queue:";

	private RedisKeys() {
	}

	static String stream(StreamPartition partition) {
		return stream(partition.stream(), partition.partition());
	}

	static String stream(String stream, int partition) {
		return stream + ":" + tag(partition);
	}

	/** String: who owns the partition, while the lease lasts. */
	static String lease(String group, int partition) {
		return of(group, partition, "lease");
	}

	/** Counter: how often the partition was acquired. */
	static String epoch(String group, int partition) {
		return of(group, partition, "epoch");
	}

	/** Hash: input stream to checkpoint, and the number of the last commit. */
	static String checkpoint(String group, int partition) {
		return of(group, partition, "checkpoint");
	}

	/** Hash: key to value. */
	static String state(String group, int partition, String state) {
		return of(group, partition, "state:" + state);
	}

	/** Sorted set: timer by due time. */
	static String timers(String group, int partition) {
		return of(group, partition, "timers");
	}

	/** Stream: what commits appended for partitions of other numbers, in a cluster. */
	static String outbox(String group, int partition) {
		return of(group, partition, "outbox");
	}

	/**
	 * String: the last entry of another partition's outbox that arrived in this one, of
	 * those written under a lease.
	 */
	static String relayed(String group, int partition, int source, String lease) {
		return of(group, partition, "relayed:" + source + ":" + lease);
	}

	/** String: the number of a publisher's last batch, and the ids that it got. */
	static String published(StreamPartition partition, String publisher) {
		return "doab:publisher:" + tag(partition.partition()) + ":" + publisher + ":" + partition.stream();
	}

	/** Hash: what groups lost of streams, on one partition number. */
	static String lost(int partition) {
		return "doab:lost:" + tag(partition);
	}

	/**
	 * The consumer group of a queue, on each of its streams. The colon is in no
	 * processor's name: their groups, whose position a commit sets, are others.
	 */
	static String queueGroup(String queue) {
		return QUEUE_GROUP + queue;
	}

	/** The queue whose consumer group it is, if it is a queue's. */
	static Optional<String> queueOf(String group) {
		return group.startsWith(QUEUE_GROUP) ? Optional.of(group.substring(QUEUE_GROUP.length())) : Optional.empty();
	}

	/** String: an id of a stream up to which a queue has acknowledged everything. */
	static String queueFloor(String queue, StreamPartition partition) {
		return "doab:queue:" + queue + ":" + tag(partition.partition()) + ":" + partition.stream() + ":floor";
	}

	/** Sorted set: member by expiry. */
	static String members(String group) {
		return "doab:{" + group + "}:members";
	}

	/** String: which member is to own which partitions. */
	static String assignment(String group) {
		return "doab:{" + group + "}:assignment";
	}

	/** Channel: {@code changed}, or the number of a partition that was given up. */
	static String changes(String group) {
		return "doab:" + group + ":changes";
	}

	/** String: the fingerprint that was first seen under an idempotency key. */
	static String idempotency(String key) {
		return "doab:idempotency:" + key;
	}

	private static String of(String group, int partition, String what) {
		return "doab:" + group + ":" + tag(partition) + ":" + what;
	}

	private static String tag(int partition) {
		return "{P" + partition + "}";
	}

}
