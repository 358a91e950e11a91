package io.doab.stream.test;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.doab.stream.Position;
import io.doab.stream.StreamPartition;
import io.doab.stream.spi.Append;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.StreamRecord;

import org.jspecify.annotations.Nullable;

/**
 * All events of a test, in the order in which they were stored.
 */
final class TestStreams {

	private final List<Entry> entries = new ArrayList<>();

	private final Map<StreamPartition, Position> ends = new HashMap<>();

	/** Stores what the test publishes. */
	void publish(Append append) {
		add(append, false);
	}

	/** Stores what the processor emits. */
	void emit(Append append) {
		add(append, true);
	}

	private void add(Append append, boolean emitted) {
		Position position = this.ends.merge(append.target(), Position.ofOffset(0),
				(last, first) -> Position.ofOffset(last.major() + 1));
		this.entries.add(new Entry(append.target(), new StreamRecord(position, append.event(), null), emitted));
	}

	/** What the processor emitted to a stream. */
	List<Entry> emitted(String stream) {
		return this.entries.stream()
			.filter((entry) -> entry.emitted() && entry.partition().stream().equals(stream))
			.toList();
	}

	/** The positions of the last events of a partition number, by stream. */
	Map<String, Position> ends(Collection<String> streams, int partition) {
		Map<String, Position> result = new HashMap<>();
		for (String stream : streams) {
			Position end = this.ends.get(new StreamPartition(stream, partition));
			if (end != null) {
				result.put(stream, end);
			}
		}
		return result;
	}

	/** How many events of a partition are not done. */
	long lag(StreamPartition partition, Checkpoint checkpoint) {
		return this.entries.stream()
			.filter((entry) -> entry.partition().equals(partition))
			.map((entry) -> entry.record().position())
			.filter((position) -> position.compareTo(checkpoint.prefix()) > 0 && !checkpoint.done().contains(position))
			.count();
	}

	Reader reader(int partition, Map<String, Checkpoint> from) {
		return new Reader(partition, from);
	}

	/** A stored event. */
	record Entry(StreamPartition partition, StreamRecord record, boolean emitted) {

	}

	/**
	 * Reads the inputs of one partition number, in the order in which their events were
	 * stored: of inputs that wait for each other, a test then knows which comes first.
	 */
	final class Reader {

		private final int partition;

		private final Map<String, Checkpoint> from;

		private int next;

		private Reader(int partition, Map<String, Checkpoint> from) {
			this.partition = partition;
			this.from = from;
		}

		/** The next events of one input, at least one, or null when there is none. */
		@Nullable FetchedRecords read(int maxEvents) {
			List<StreamRecord> records = new ArrayList<>();
			String stream = null;
			for (; this.next < TestStreams.this.entries.size() && records.size() < maxEvents; this.next++) {
				Entry entry = TestStreams.this.entries.get(this.next);
				if (!isUnread(entry)) {
					continue;
				}
				if (stream != null && !stream.equals(entry.partition().stream())) {
					break;
				}
				stream = entry.partition().stream();
				records.add(entry.record());
			}
			return (stream != null) ? new FetchedRecords(stream, records, records.getLast().position()) : null;
		}

		private boolean isUnread(Entry entry) {
			Checkpoint checkpoint = this.from.get(entry.partition().stream());
			return entry.partition().partition() == this.partition && checkpoint != null
					&& entry.record().position().compareTo(checkpoint.prefix()) > 0;
		}

	}

}
