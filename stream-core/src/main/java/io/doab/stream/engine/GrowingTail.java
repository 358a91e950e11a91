package io.doab.stream.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

import io.doab.stream.StreamPartition;
import io.doab.stream.StreamPoint;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.LogEntry;
import io.doab.stream.spi.LogReader;
import io.doab.stream.spi.LogTail;

/**
 * Follows streams whose partitions may become more: looks for them now and then, and
 * follows new ones from their beginning. Gives what came of several partitions in the
 * order in which it was stored. For one thread, but for waking and closing.
 */
final class GrowingTail implements AutoCloseable {

	private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(10);

	private final LogTail tail;

	private final LogReader logs;

	private final Map<String, Integer> counts;

	private long lookedNanos = System.nanoTime();

	/**
	 * Creates it.
	 * @param counts the streams to look for, and how many partitions of each are followed
	 */
	GrowingTail(LogTail tail, LogReader logs, Map<String, Integer> counts) {
		this.tail = tail;
		this.logs = logs;
		this.counts = new HashMap<>(counts);
	}

	/** An entry and where it is. */
	record Read(StreamPartition partition, LogEntry entry) {
	}

	/**
	 * Waits for entries.
	 * @throws RetriableException when the backend cannot be reached
	 */
	List<Read> poll(Duration timeout) {
		if (System.nanoTime() - this.lookedNanos > LOOK_NANOS) {
			this.counts.replaceAll(this::follow);
			this.lookedNanos = System.nanoTime();
		}
		return merged(this.tail.poll(timeout));
	}

	private int follow(String stream, int known) {
		OptionalInt count = this.logs.partitions(stream);
		Map<StreamPartition, StreamPoint> more = new HashMap<>();
		for (int partition = known; partition < count.orElse(0); partition++) {
			more.put(new StreamPartition(stream, partition), StreamPoint.beginning());
		}
		if (!more.isEmpty()) {
			this.tail.add(more);
		}
		return Math.max(known, count.orElse(0));
	}

	private static List<Read> merged(Map<StreamPartition, List<LogEntry>> polled) {
		record Head(StreamPartition partition, List<LogEntry> entries, int index) {

			long storedMillis() {
				return this.entries.get(this.index).storedMillis();
			}

		}
		PriorityQueue<Head> heads = new PriorityQueue<>(
				Comparator.comparingLong(Head::storedMillis).thenComparingInt((head) -> head.partition().partition()));
		polled.forEach((partition, entries) -> heads.add(new Head(partition, entries, 0)));
		List<Read> reads = new ArrayList<>();
		for (Head head = heads.poll(); head != null; head = heads.poll()) {
			reads.add(new Read(head.partition(), head.entries().get(head.index())));
			if (head.index() + 1 < head.entries().size()) {
				heads.add(new Head(head.partition(), head.entries(), head.index() + 1));
			}
		}
		return reads;
	}

	void wakeup() {
		this.tail.wakeup();
	}

	@Override
	public void close() {
		this.tail.close();
	}

}
