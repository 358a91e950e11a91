package io.doab.stream.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.doab.stream.EventCursor;
import io.doab.stream.StreamPartition;
import io.doab.stream.StreamPoint;
import io.doab.stream.StreamRange;
import io.doab.stream.StreamReader;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.spi.LogRange;
import io.doab.stream.spi.LogReader;
import io.doab.stream.spi.LogTail;

import org.jspecify.annotations.Nullable;

/**
 * Reads through a backend.
 */
final class BackendStreamReader implements StreamReader {

	private final LogReader logs;

	private final String backend;

	private final StoredEvents events;

	BackendStreamReader(LogReader logs, String backend, EventCodec codec) {
		this.logs = logs;
		this.backend = backend;
		this.events = new StoredEvents(codec);
	}

	@Override
	public <T> EventCursor<T> range(StreamRange range, Class<T> type) {
		List<StreamPartition> partitions = partitions(range.stream(), range.partition());
		requirePlace(partitions, range.from());
		requirePlace(partitions, range.to());
		return new RangeCursor<>(
				this.logs.open(partitions, new LogRange(range.from(), range.to(), range.newestFirst())), partitions,
				range, (partition, entry) -> this.events.read(partition, entry, type));
	}

	@Override
	public <T> EventCursor<T> tail(String stream, StreamPoint from, Class<T> type) {
		return tail(stream, partitions(stream, null), from, type, true);
	}

	@Override
	public <T> EventCursor<T> tail(StreamPartition partition, StreamPoint from, Class<T> type) {
		return tail(partition.stream(), partitions(partition.stream(), partition.partition()), from, type, false);
	}

	private <T> EventCursor<T> tail(String stream, List<StreamPartition> partitions, StreamPoint from, Class<T> type,
			boolean growing) {
		requirePlace(partitions, from);
		LogTail tail = this.logs.follow();
		try {
			Map<StreamPartition, StreamPoint> points = new LinkedHashMap<>();
			partitions.forEach((partition) -> points.put(partition, from));
			tail.add(points);
			GrowingTail grown = new GrowingTail(tail, this.logs,
					growing ? Map.of(stream, partitions.size()) : Map.of());
			return new TailCursor<>(grown, "A reader of " + stream,
					(partition, entry) -> this.events.read(partition, entry, type));
		}
		catch (RuntimeException ex) {
			tail.close();
			throw ex;
		}
	}

	private List<StreamPartition> partitions(String stream, @Nullable Integer only) {
		int count = this.logs.partitions(stream)
			.orElseThrow(() -> new FatalStreamException("There is no stream '" + stream + "' in " + this.backend
					+ ". A stream is made when an application declares it or publishes to it", null));
		if (only == null) {
			return IntStream.range(0, count).mapToObj((partition) -> new StreamPartition(stream, partition)).toList();
		}
		if (only >= count) {
			throw new IllegalArgumentException(
					"Stream '" + stream + "' has partitions 0 to " + (count - 1) + ", and no " + only);
		}
		return List.of(new StreamPartition(stream, only));
	}

	private static void requirePlace(List<StreamPartition> partitions, StreamPoint point) {
		if (partitions.size() > 1 && point instanceof StreamPoint.Place(var position, var _)) {
			throw new IllegalArgumentException("Position " + position + " is one of a single partition, and stream '"
					+ partitions.getFirst().stream() + "' has " + partitions.size()
					+ ": say which partition, or give a time");
		}
	}

}
