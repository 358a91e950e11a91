package io.doab.stream.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;

import io.doab.stream.EventCursor;
import io.doab.stream.StoredEvent;
import io.doab.stream.StreamPartition;
import io.doab.stream.StreamRange;
import io.doab.stream.spi.LogEntry;
import io.doab.stream.spi.LogSection;

/**
 * The events of a range: of each partition a page is held, and the earliest of their
 * first ones comes next, or the latest. When a page cannot be read, everything stays as
 * it was.
 */
final class RangeCursor<T> implements EventCursor<T> {

	private static final int MAX_WANTED = 10_000;

	private final LogSection section;

	private final EntryDecoder<T> decoder;

	/** Partitions of which nothing is held, and that may have more. */
	private final Queue<Page> empty = new ArrayDeque<>();

	/** Partitions of which something is held. */
	private final PriorityQueue<Page> filled;

	private long remaining;

	private volatile boolean closed;

	RangeCursor(LogSection section, Collection<StreamPartition> partitions, StreamRange range,
			EntryDecoder<T> decoder) {
		this.section = section;
		this.decoder = decoder;
		this.remaining = range.limit();
		partitions.forEach((partition) -> this.empty.add(new Page(partition)));
		Comparator<Page> inOrder = Comparator.comparingLong(Page::storedMillis)
			.thenComparingInt((page) -> page.partition.partition());
		this.filled = new PriorityQueue<>(range.newestFirst() ? inOrder.reversed() : inOrder);
	}

	/** Of one partition: what is held of it. */
	private static final class Page {

		private final StreamPartition partition;

		private List<LogEntry> entries = new ArrayList<>();

		private int index;

		private Page(StreamPartition partition) {
			this.partition = partition;
		}

		private long storedMillis() {
			return this.entries.get(this.index).storedMillis();
		}

	}

	@Override
	public boolean hasNext() {
		if (this.remaining == 0) {
			return false;
		}
		while (!this.closed && !this.empty.isEmpty()) {
			Page page = this.empty.element();
			page.entries = this.section.next(page.partition, Math.clamp(this.remaining, 1, MAX_WANTED));
			page.index = 0;
			this.empty.remove();
			if (!page.entries.isEmpty()) {
				this.filled.add(page);
			}
		}
		return !this.closed && !this.filled.isEmpty();
	}

	@Override
	public StoredEvent<T> next() {
		if (!hasNext()) {
			throw new NoSuchElementException("The range has no more events");
		}
		this.remaining--;
		Page page = Objects.requireNonNull(this.filled.poll());
		LogEntry entry = page.entries.get(page.index++);
		(page.index < page.entries.size() ? this.filled : this.empty).add(page);
		return this.decoder.decode(page.partition, entry);
	}

	@Override
	public Optional<StoredEvent<T>> poll(Duration timeout) {
		return hasNext() ? Optional.of(next()) : Optional.empty();
	}

	@Override
	public void close() {
		this.closed = true;
		this.section.close();
	}

}
