package io.doab.stream.kafka;

import java.util.Map;
import java.util.Objects;

import io.doab.stream.Position;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides where a group goes on. What it has stored counts as long as the topic is the
 * same and holds it; in every other case nothing that is there is left out, and a warning
 * says what happened.
 *
 * @param group the group's name
 * @param topics the identities of the inputs
 * @param begins the first offsets of the inputs
 * @param ends the offsets after their last events, committed or not
 * @param starts where to begin without anything stored
 */
record ResumePoints(String group, Map<String, Uuid> topics, Map<TopicPartition, Long> begins,
		Map<TopicPartition, Long> ends, Map<TopicPartition, Long> starts) {

	private static final Logger logger = LoggerFactory.getLogger(ResumePoints.class);

	/**
	 * Where the group goes on.
	 * @param offset what the broker has for the group, which anyone may have set
	 * @param state what the changelog has
	 */
	ResumePoint of(TopicPartition input, @Nullable OffsetAndMetadata offset, PartitionState state) {
		Uuid topic = Objects.requireNonNull(this.topics.get(input.topic()));
		long begin = Objects.requireNonNull(this.begins.get(input));
		Changelog.Prefix prefix = state.prefix(input.topic());
		if (prefix != null && !prefix.topic().equals(topic)) {
			logger.warn("{}: topic {} was deleted and created again: begins with its first event, {} on partition {}",
					this.group, input.topic(), begin, input.partition());
			return ResumePoint.anew(begin, topic);
		}
		if (offset != null) {
			return withinLog(input, stored(input, offset.offset(), state, topic));
		}
		if (prefix != null) {
			logger.warn(
					"{}: the broker has no offset for {} any more (see offsets.retention.minutes): goes on at {},"
							+ " as its changelog says. Reset the group's offsets if it is to begin elsewhere",
					this.group, input, prefix.next());
			return withinLog(input, stored(input, prefix.next(), state, topic));
		}
		return ResumePoint.anew(this.starts.getOrDefault(input, begin), topic);
	}

	private static ResumePoint stored(TopicPartition input, long next, PartitionState state, Uuid topic) {
		return new ResumePoint(next, Changelog.done(state.done(input.topic()), Position.ofOffset(next - 1)), topic);
	}

	private ResumePoint withinLog(TopicPartition input, ResumePoint stored) {
		long begin = Objects.requireNonNull(this.begins.get(input));
		long end = Objects.requireNonNull(this.ends.get(input));
		if (stored.next() > end) {
			logger.warn("{}: {} was cut off or created again, it ends at {} and the group is at {}: begins with its"
					+ " first event, {}", this.group, input, end, stored.next(), begin);
			return ResumePoint.anew(begin, stored.topic());
		}
		if (stored.next() < begin) {
			logger.warn("{}: events {} to {} of {} were removed before the group processed them: goes on with {}",
					this.group, stored.next(), begin - 1, input, begin);
			return stored.notBefore(begin);
		}
		return stored;
	}

}
