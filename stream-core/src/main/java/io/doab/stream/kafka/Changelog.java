package io.doab.stream.kafka;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

import io.doab.stream.Position;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.DonePositions;
import io.doab.stream.spi.StateChange;
import io.doab.stream.spi.StateKey;
import io.doab.stream.spi.TimerChange;
import io.doab.stream.spi.TimerKey;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;

import org.jspecify.annotations.Nullable;

/**
 * The records of a group's changelog, a compacted topic with as many partitions as the
 * inputs have. Keys are legible: {@code state/<name>/<key>}, {@code timer/<name>/<key>},
 * {@code done/<input>} and {@code prefix/<input>}; a record without a value removes.
 *
 * <p>
 * The prefix is a copy of the group's offset, for the broker forgets offsets of a group
 * that was stopped for long, and of a topic that is deleted. It names the topic by its
 * identity. It may be behind the offset, never ahead of it.
 */
final class Changelog {

	private static final String STATE = "state/";

	private static final String TIMER = "timer/";

	/** How keys of parked events begin. */
	static final String PARKED = STATE + StateKey.PARKED + "/";

	/** How keys of remembered ids begin. */
	static final String SEEN = STATE + StateKey.SEEN + "/";

	/** How keys of the timers begin that forget them. */
	static final String SEEN_EXPIRY = TIMER + TimerKey.EXPIRY_PREFIX + StateKey.SEEN + "/";

	private static final String DONE = "done/";

	private static final String DONE_VERSION = "1";

	private static final String PREFIX = "prefix/";

	private static final String PREFIX_VERSION = "1";

	private static final String SUFFIX = ".changelog";

	private static final String TOPIC_PREFIX = "doab.";

	private final String topic;

	Changelog(String group) {
		this.topic = topicOf(group);
	}

	static String topicOf(String group) {
		return TOPIC_PREFIX + group + SUFFIX;
	}

	/** The group whose changelog a topic is, if it is one. */
	static Optional<String> groupOf(String topic) {
		boolean named = topic.startsWith(TOPIC_PREFIX) && topic.endsWith(SUFFIX)
				&& topic.length() > TOPIC_PREFIX.length() + SUFFIX.length();
		return named ? Optional.of(topic.substring(TOPIC_PREFIX.length(), topic.length() - SUFFIX.length()))
				: Optional.empty();
	}

	String topic() {
		return this.topic;
	}

	ProducerRecord<byte[], byte[]> record(int partition, StateChange change) {
		return record(partition, STATE + change.key().state() + "/" + change.key().key(), change.value());
	}

	ProducerRecord<byte[], byte[]> record(int partition, TimerChange change) {
		byte @Nullable [] due = (change.due() != null) ? KafkaRecords.bytes(Long.toString(change.due().toEpochMilli()))
				: null;
		return record(partition, TIMER + change.timer().name() + "/" + change.timer().key(), due);
	}

	/**
	 * What is done beyond the offset; it names that offset, for a group that was reset
	 * must not believe it.
	 */
	ProducerRecord<byte[], byte[]> record(int partition, String input, Checkpoint checkpoint) {
		byte @Nullable [] value = null;
		if (!checkpoint.done().isEmpty()) {
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			out.writeBytes(KafkaRecords.bytes(DONE_VERSION + " " + checkpoint.prefix().major() + " "));
			out.writeBytes(DonePositions.encode(checkpoint.done()));
			value = out.toByteArray();
		}
		return record(partition, DONE + input, value);
	}

	ProducerRecord<byte[], byte[]> record(int partition, String input, Prefix prefix) {
		return record(partition, PREFIX + input,
				KafkaRecords.bytes(PREFIX_VERSION + " " + prefix.next() + " " + prefix.topic()));
	}

	private ProducerRecord<byte[], byte[]> record(int partition, String key, byte @Nullable [] value) {
		return new ProducerRecord<>(this.topic, partition, KafkaRecords.bytes(key), value);
	}

	/**
	 * The key of the state entry or timer that a record is of, or null when of neither.
	 */
	static @Nullable String eventKey(String key) {
		if (!key.startsWith(STATE) && !key.startsWith(TIMER)) {
			return null;
		}
		return key.substring(key.indexOf('/', key.indexOf('/') + 1) + 1);
	}

	/** Applies a record that was read to the state of its partition. */
	static void apply(byte[] rawKey, byte @Nullable [] value, PartitionState state) {
		String key = new String(rawKey, StandardCharsets.UTF_8);
		if (key.startsWith(STATE)) {
			int slash = key.indexOf('/', STATE.length());
			state.put(new StateKey(key.substring(STATE.length(), slash), key.substring(slash + 1)), value);
		}
		else if (key.startsWith(TIMER)) {
			int slash = key.indexOf('/', TIMER.length());
			Instant due = (value != null)
					? Instant.ofEpochMilli(Long.parseLong(new String(value, StandardCharsets.US_ASCII))) : null;
			state.set(new TimerKey(key.substring(TIMER.length(), slash), key.substring(slash + 1)), due);
		}
		else if (key.startsWith(DONE)) {
			state.done(key.substring(DONE.length()), value);
		}
		else {
			applyPrefix(rawKey, value, state);
		}
	}

	/** Applies a record if it is of a prefix, and no other. */
	static void applyPrefix(byte[] rawKey, byte @Nullable [] value, PartitionState state) {
		String key = new String(rawKey, StandardCharsets.UTF_8);
		if (!key.startsWith(PREFIX)) {
			return;
		}
		Prefix prefix = null;
		if (value != null) {
			String[] words = new String(value, StandardCharsets.US_ASCII).split(" ", 3);
			requireVersion(PREFIX_VERSION, words[0]);
			prefix = new Prefix(Long.parseLong(words[1]), Uuid.fromString(words[2]));
		}
		state.prefix(key.substring(PREFIX.length()), prefix);
	}

	private static void requireVersion(String known, String version) {
		if (!version.equals(known)) {
			throw new FatalStreamException("A changelog record has a format that this program does not know ('"
					+ version + "'): run the newer program that wrote it", null);
		}
	}

	/** What is done beyond a prefix, if the record was written for that prefix. */
	static Set<Position> done(byte @Nullable [] value, Position prefix) {
		if (value == null) {
			return Set.of();
		}
		String[] words = new String(value, StandardCharsets.ISO_8859_1).split(" ", 3);
		requireVersion(DONE_VERSION, words[0]);
		if (Long.parseLong(words[1]) != prefix.major()) {
			return Set.of();
		}
		int from = words[0].length() + words[1].length() + 2;
		return DonePositions.decode(Arrays.copyOfRange(value, from, value.length));
	}

	/**
	 * A copy of a group's offset.
	 *
	 * @param next the offset of the next event
	 * @param topic the identity of the topic that it is of
	 */
	record Prefix(long next, Uuid topic) {

	}

}
