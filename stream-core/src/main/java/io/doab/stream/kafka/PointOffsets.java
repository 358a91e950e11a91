package io.doab.stream.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import io.doab.stream.Position;
import io.doab.stream.StreamPoint;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

import org.jspecify.annotations.Nullable;

/**
 * Looks up the offsets of points in committed logs, within what the logs have. For the
 * thread of the consumer; may block.
 */
final class PointOffsets {

	private final Consumer<byte[], byte[]> consumer;

	private final Duration patience;

	PointOffsets(Consumer<byte[], byte[]> consumer, Duration patience) {
		this.consumer = consumer;
		this.patience = patience;
	}

	/** Fails when a point is no place in a log of Kafka. */
	static void requireOffset(StreamPoint point) {
		if (point instanceof StreamPoint.Place(Position at, boolean inclusive) && at.minor() != Position.NONE) {
			throw new IllegalArgumentException("'" + at + "' is no position of Kafka: expected an offset such as 42");
		}
	}

	/** Where what begins at the points begins. */
	Map<TopicPartition, Long> firstFrom(Map<TopicPartition, StreamPoint> points) {
		return firstAt(points, false);
	}

	/** Where what follows on what ends at the points begins. */
	Map<TopicPartition, Long> firstAfter(Map<TopicPartition, StreamPoint> points) {
		return firstAt(points, true);
	}

	private Map<TopicPartition, Long> firstAt(Map<TopicPartition, StreamPoint> points, boolean after) {
		Map<TopicPartition, Long> begins = this.consumer.beginningOffsets(points.keySet(), this.patience);
		Map<TopicPartition, Long> ends = this.consumer.endOffsets(points.keySet(), this.patience);
		Map<TopicPartition, Long> byTime = byTime(points, after);
		Map<TopicPartition, Long> offsets = new HashMap<>();
		points.forEach((partition, point) -> {
			long begin = Objects.requireNonNull(begins.get(partition));
			long end = Math.max(begin, Objects.requireNonNull(ends.get(partition)));
			offsets.put(partition, Math.clamp(switch (point) {
				case StreamPoint.Beginning() -> begin;
				case StreamPoint.Now() -> end;
				case StreamPoint.Time time -> byTime.getOrDefault(partition, end);
				case StreamPoint.Place place -> offset(place, after);
			}, begin, end));
		});
		return offsets;
	}

	/** The first offset of a place, or the one after it. */
	static long offset(StreamPoint.Place place, boolean after) {
		return place.position().major() + ((place.inclusive() == after) ? 1 : 0);
	}

	/** Without those that have nothing as late as that. */
	private Map<TopicPartition, Long> byTime(Map<TopicPartition, StreamPoint> points, boolean after) {
		Map<TopicPartition, Long> millis = new HashMap<>();
		points.forEach((partition, point) -> {
			if (point instanceof StreamPoint.Time time) {
				millis.put(partition, Math.max(0, after ? time.lastMillis() + 1 : time.firstMillis()));
			}
		});
		Map<TopicPartition, Long> offsets = new HashMap<>();
		if (!millis.isEmpty()) {
			this.consumer.offsetsForTimes(millis, this.patience).forEach((partition, found) -> {
				@Nullable OffsetAndTimestamp first = found;
				if (first != null) {
					offsets.put(partition, first.offset());
				}
			});
		}
		return offsets;
	}

}
