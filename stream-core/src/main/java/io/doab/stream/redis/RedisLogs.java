package io.doab.stream.redis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

import io.doab.stream.Position;
import io.doab.stream.ResetTarget;
import io.doab.stream.StreamDescription;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.StreamLogs;
import io.doab.stream.spi.StreamRecord;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;

import org.jspecify.annotations.Nullable;

/**
 * Streams that were declared, as Redis has them.
 */
final class RedisLogs implements StreamLogs {

	private static final int MAX_PAGE = 1_000;

	private static final int MAX_PAGE_BYTES = 4 * 1024 * 1024;

	private final RedisNodes nodes;

	RedisLogs(RedisNodes nodes) {
		this.nodes = nodes;
	}

	@Override
	public Map<String, Integer> partitions() {
		RedisSession session = this.nodes.session(RedisKeys.STREAMS);
		Map<String, Integer> streams = new TreeMap<>();
		session.await("list streams", session.commands().hgetall(RedisKeys.STREAMS))
			.forEach((stream, partitions) -> streams.put(stream, Integer.valueOf(RedisLink.text(partitions))));
		return streams;
	}

	@Override
	public List<StreamDescription.Partition> describe(String stream, int partitions) {
		List<StreamDescription.Partition> described = new ArrayList<>(partitions);
		for (int partition = 0; partition < partitions; partition++) {
			String key = RedisKeys.stream(stream, partition);
			RedisSession session = this.nodes.session(key);
			CompletionStage<Long> length = session.commands().xlen(key);
			CompletionStage<List<StreamMessage<String, byte[]>>> first = session.commands()
				.xrange(key, Range.unbounded(), Limit.create(0, 1));
			CompletionStage<List<StreamMessage<String, byte[]>>> last = session.commands()
				.xrevrange(key, Range.unbounded(), Limit.create(0, 1));
			CompletionStage<Long> bytes = session.commands().memoryUsage(key);
			String operation = "describe " + key;
			described.add(new StreamDescription.Partition(partition, session.await(operation, length),
					stored(session.await(operation, first)), stored(session.await(operation, last)),
					session.await(operation, bytes)));
		}
		return described;
	}

	private static StreamDescription.@Nullable Stored stored(List<StreamMessage<String, byte[]>> entries) {
		if (entries.isEmpty()) {
			return null;
		}
		Position position = Position.parse(entries.getFirst().getId());
		return new StreamDescription.Stored(position, Instant.ofEpochMilli(position.major()));
	}

	@Override
	public Position before(StreamPartition partition, ResetTarget target) {
		return switch (target) {
			case ResetTarget.Earliest() -> RedisEntries.BEGINNING;
			case ResetTarget.Latest() -> lastUntil(partition, Range.Boundary.unbounded());
			case ResetTarget.Since(Instant time) -> (time.toEpochMilli() <= 0) ? RedisEntries.BEGINNING
					: lastUntil(partition, Range.Boundary.excluding(time.toEpochMilli() + "-0"));
			case ResetTarget.Before(Map<StreamPartition, Position> positions) -> {
				Position position = positions.get(partition);
				if (position == null || position.minor() == Position.NONE) {
					throw new IllegalArgumentException("Position " + position + " of " + partition
							+ " is none of Redis: expected a stream id such as 1518951480106-0");
				}
				Position end = lastUntil(partition, Range.Boundary.unbounded());
				if (position.compareTo(end) > 0) {
					throw new IllegalArgumentException("Position " + position + " lies behind the end of " + partition
							+ ", which is " + end + ": to begin there, go to the latest");
				}
				yield position.equals(RedisEntries.BEGINNING) ? position
						: lastUntil(partition, Range.Boundary.excluding(position.toString()));
			}
		};
	}

	/** The last entry up to a bound, or the beginning. */
	private Position lastUntil(StreamPartition partition, Range.Boundary<String> bound) {
		String key = RedisKeys.stream(partition);
		RedisSession session = this.nodes.session(key);
		List<StreamMessage<String, byte[]>> last = session.await("look for a position of " + partition,
				session.commands().xrevrange(key, Range.from(Range.Boundary.unbounded(), bound), Limit.create(0, 1)));
		return last.isEmpty() ? RedisEntries.BEGINNING : Position.parse(last.getFirst().getId());
	}

	@Override
	public void scan(StreamPartition partition, @Nullable Position after, @Nullable Position to,
			Predicate<StreamRecord> more) {
		String key = RedisKeys.stream(partition);
		Position end = (to != null) ? to : lastUntil(partition, Range.Boundary.unbounded());
		Position at = (after != null) ? after : RedisEntries.BEGINNING;
		int page = MAX_PAGE / 10;
		while (at.compareTo(end) < 0) {
			RedisSession session = this.nodes.session(key);
			List<StreamMessage<String, byte[]>> entries = session.await("read " + partition, session.commands()
				.xrange(key,
						Range.from(Range.Boundary.excluding(at.toString()), Range.Boundary.including(end.toString())),
						Limit.create(0, page)));
			long bytes = 0;
			for (StreamMessage<String, byte[]> entry : entries) {
				StreamRecord record = RedisEntries.record(entry);
				at = record.position();
				bytes += record.event().size();
				if (!more.test(record)) {
					return;
				}
			}
			if (entries.isEmpty()) {
				return;
			}
			page = Math.clamp(MAX_PAGE_BYTES / Math.max(1, bytes / entries.size()), 1, MAX_PAGE);
		}
	}

}
