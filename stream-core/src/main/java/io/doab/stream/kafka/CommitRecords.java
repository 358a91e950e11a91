package io.doab.stream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.doab.stream.spi.AtomicCommit;
import io.doab.stream.spi.TimerChange;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

import org.jspecify.annotations.Nullable;

/**
 * What one commit adds to a transaction. Computing it changes nothing, so that a
 * transaction that was aborted can be made again.
 *
 * @param records events and changes of the changelog
 * @param offsets of all inputs of the partition, moved or not: that is what the broker
 * fences
 * @param after what the broker holds once the transaction is committed
 */
record CommitRecords(List<ProducerRecord<byte[], byte[]>> records, Map<TopicPartition, OffsetAndMetadata> offsets,
		StoredProgress after) {

	/**
	 * How often the copies of offsets are sent when nothing else is for the changelog. A
	 * transaction that writes there anyway carries them for little.
	 */
	private static final Duration PREFIX_INTERVAL = Duration.ofSeconds(10);

	/** What a commit is for. */
	enum Kind {

		/** Puts the owner's name on the partition. */
		CLAIM,

		COMMIT,

		/** Takes the owner's name off the partition. */
		RELEASE

	}

	/**
	 * Computes the records of a commit.
	 * @param owner the name that the offset's metadata gets, unless the partition is
	 * given up
	 * @param before what the broker holds when the transaction begins
	 */
	static CommitRecords of(Changelog changelog, String owner, Kind kind, KafkaOwnership ownership, AtomicCommit commit,
			StoredProgress before) {
		List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
		RecordWriter writer = new RecordWriter();
		commit.appends().forEach((append) -> records.add(writer.write(append)));
		int events = records.size();
		addChanges(records, changelog, ownership, commit);
		Map<String, Integer> done = new HashMap<>(before.done());
		Map<String, Long> next = new HashMap<>(before.offsets());
		commit.checkpoints().forEach((stream, checkpoint) -> {
			boolean stored = done.remove(stream) != null;
			if (!checkpoint.done().isEmpty()) {
				done.put(stream, checkpoint.done().size());
			}
			if (stored || !checkpoint.done().isEmpty()) {
				records.add(changelog.record(ownership.partition(), stream, checkpoint));
			}
			next.put(stream, checkpoint.prefix().major() + 1);
		});
		Map<String, Changelog.Prefix> prefixes = new HashMap<>(before.prefixes());
		long sent = before.prefixesSent();
		long now = System.nanoTime();
		if (kind != Kind.COMMIT || records.size() > events || now - sent > PREFIX_INTERVAL.toNanos()) {
			addPrefixes(records, changelog, ownership, next, prefixes);
			sent = now;
		}
		return new CommitRecords(records, offsets(ownership, next, done, (kind == Kind.RELEASE) ? null : owner),
				new StoredProgress(next, done, prefixes, sent));
	}

	private static void addChanges(List<ProducerRecord<byte[], byte[]>> records, Changelog changelog,
			KafkaOwnership ownership, AtomicCommit commit) {
		commit.states().forEach((change) -> records.add(changelog.record(ownership.partition(), change)));
		for (TimerChange change : commit.timers()) {
			if (change.due() != null || ownership.state().has(change.timer())) {
				records.add(changelog.record(ownership.partition(), change));
			}
		}
	}

	/** Adds those copies of offsets that are not as stored. */
	private static void addPrefixes(List<ProducerRecord<byte[], byte[]>> records, Changelog changelog,
			KafkaOwnership ownership, Map<String, Long> next, Map<String, Changelog.Prefix> prefixes) {
		ownership.resumed().forEach((stream, resumed) -> {
			Changelog.Prefix prefix = new Changelog.Prefix(Objects.requireNonNull(next.get(stream)), resumed.topic());
			if (!prefix.equals(prefixes.put(stream, prefix))) {
				records.add(changelog.record(ownership.partition(), stream, prefix));
			}
		});
	}

	private static Map<TopicPartition, OffsetAndMetadata> offsets(KafkaOwnership ownership, Map<String, Long> next,
			Map<String, Integer> done, @Nullable String owner) {
		Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
		next.forEach((stream, offset) -> offsets.put(new TopicPartition(stream, ownership.partition()),
				new OffsetAndMetadata(offset,
						new OffsetNote(owner, ownership.epoch(), done.getOrDefault(stream, 0)).encode())));
		return offsets;
	}

}
