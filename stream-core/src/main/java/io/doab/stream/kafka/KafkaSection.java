package io.doab.stream.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.doab.stream.Position;
import io.doab.stream.StreamPartition;
import io.doab.stream.StreamPoint;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.LogEntry;
import io.doab.stream.spi.LogRange;
import io.doab.stream.spi.LogSection;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

import org.jspecify.annotations.Nullable;

/**
 * A section of the logs of topics, page by page, with one consumer for all partitions:
 * the one that is asked for is fetched, the others are paused.
 *
 * <p>
 * Backwards there is no such operation at the broker. The log is read forwards in
 * windows, the last one first, each as large as a page by what was read so far. Of a
 * window that turns out to be larger in bytes its end is kept, and its beginning read
 * again with the next one: so memory has a bound whatever the sizes are.
 *
 * <p>
 * The lock is held by the thread that reads, and taken to close.
 */
final class KafkaSection implements LogSection {

	private static final Duration POLL = Duration.ofMillis(200);

	/** The first window backwards. */
	private static final long FIRST_WINDOW = 64;

	private static final long MAX_WINDOW = 4_000;

	private static final long PAGE_BYTES = 4L * 1024 * 1024;

	private final KafkaClients clients;

	private final KafkaRemovals removals;

	private final List<TopicPartition> partitions;

	private final LogRange range;

	private final ReentrantLock lock = new ReentrantLock();

	/** What is left of each partition; empty until it was looked up. */
	private final Map<TopicPartition, Left> left = new HashMap<>();

	private volatile @Nullable Consumer<byte[], byte[]> consumer;

	private volatile boolean closed;

	KafkaSection(KafkaClients clients, KafkaRemovals removals, List<TopicPartition> partitions, LogRange range) {
		this.clients = clients;
		this.removals = removals;
		this.partitions = partitions;
		this.range = range;
	}

	/** What is left of a partition: offsets from one on, up to before another. */
	private static final class Left {

		private long from;

		private long before;

		private long window = FIRST_WINDOW;

		private final Set<Position> removed;

		private Left(long from, long before, Set<Position> removed) {
			this.from = from;
			this.before = before;
			this.removed = removed;
		}

	}

	/** Takes records as they are read. */
	@FunctionalInterface
	private interface Sink {

		void accept(List<ConsumerRecord<byte[], byte[]>> records);

	}

	@Override
	public List<LogEntry> next(StreamPartition partition, int wanted) {
		this.lock.lock();
		try {
			if (this.closed) {
				return List.of();
			}
			Consumer<byte[], byte[]> reader = consumer();
			TopicPartition topic = KafkaLogReader.topicPartition(partition);
			Left section = Objects.requireNonNull(this.left.get(topic));
			if (section.from >= section.before) {
				return List.of();
			}
			reader.pause(this.partitions);
			reader.resume(List.of(topic));
			return this.range.backwards() ? preceding(reader, topic, section) : following(reader, topic, section);
		}
		catch (WakeupException ex) {
			return List.of();
		}
		catch (KafkaException ex) {
			release();
			throw KafkaFailures.translate("read " + partition, ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** The consumer, where it was before if it is a new one. */
	private Consumer<byte[], byte[]> consumer() {
		Consumer<byte[], byte[]> current = this.consumer;
		if (current == null) {
			current = this.clients.scanner();
			this.consumer = current;
			current.assign(this.partitions);
			if (this.left.isEmpty()) {
				lookUp(current);
			}
			Consumer<byte[], byte[]> placed = current;
			this.left.forEach((partition, section) -> placed.seek(partition, section.from));
		}
		return current;
	}

	private void lookUp(Consumer<byte[], byte[]> reader) {
		PointOffsets offsets = new PointOffsets(reader, Duration.ofSeconds(this.clients.settings().patienceSeconds()));
		Map<TopicPartition, Long> from = offsets.firstFrom(everywhere(this.range.from()));
		Map<TopicPartition, Long> before = offsets.firstAfter(everywhere(this.range.to()));
		Map<TopicPartition, Left> found = new HashMap<>();
		from.forEach((partition, first) -> found.put(partition,
				new Left(first, Objects.requireNonNull(before.get(partition)), this.removals.present(partition))));
		this.left.putAll(found);
	}

	private Map<TopicPartition, StreamPoint> everywhere(StreamPoint point) {
		return this.partitions.stream().collect(Collectors.toMap(Function.identity(), (partition) -> point));
	}

	private List<LogEntry> following(Consumer<byte[], byte[]> reader, TopicPartition partition, Left section) {
		List<LogEntry> page = new ArrayList<>();
		read(reader, partition, section.before, page::isEmpty, (records) -> {
			records.stream()
				.filter((record) -> record.offset() < section.before && isWanted(record, section))
				.map(KafkaLogReader::entry)
				.forEach(page::add);
			section.from = reader.position(partition);
		});
		return page;
	}

	private List<LogEntry> preceding(Consumer<byte[], byte[]> reader, TopicPartition partition, Left section) {
		while (section.from < section.before) {
			Window window = new Window(Math.max(section.from, section.before - section.window));
			long before = section.before;
			reader.seek(partition, window.from);
			read(reader, partition, before, () -> true,
					(records) -> records.stream()
						.filter((record) -> record.offset() < before && isWanted(record, section))
						.forEach(window::add));
			section.before = window.from;
			section.window = window.next(section.window);
			if (!window.entries.isEmpty()) {
				return List.copyOf(window.entries.reversed());
			}
		}
		return List.of();
	}

	/** Reads on until an offset is reached, or as long as it is wanted. */
	private void read(Consumer<byte[], byte[]> reader, TopicPartition partition, long before, BooleanSupplier goOn,
			Sink sink) {
		long patience = TimeUnit.SECONDS.toNanos(this.clients.settings().patienceSeconds());
		long deadline = System.nanoTime() + patience;
		long reached = reader.position(partition);
		while (reached < before && goOn.getAsBoolean() && !this.closed) {
			sink.accept(reader.poll(POLL).records(partition));
			long now = reader.position(partition);
			if (now > reached) {
				deadline = System.nanoTime() + patience;
			}
			else if (System.nanoTime() > deadline) {
				release();
				throw new RetriableException(partition + " could not be read on at " + reached + " within "
						+ this.clients.settings().patienceSeconds() + " s", null);
			}
			reached = now;
		}
	}

	private boolean isWanted(ConsumerRecord<byte[], byte[]> record, Left section) {
		boolean early = this.range.from() instanceof StreamPoint.Time time && record.timestamp() < time.firstMillis();
		boolean late = this.range.to() instanceof StreamPoint.Time time && record.timestamp() > time.lastMillis();
		return !early && !late
				&& (section.removed.isEmpty() || !section.removed.contains(Position.ofOffset(record.offset())));
	}

	/** Gives the consumer up; the next one goes on where it was. */
	private void release() {
		Consumer<byte[], byte[]> current = this.consumer;
		this.consumer = null;
		if (current != null) {
			KafkaClients.closeAtOnce(current);
		}
	}

	@Override
	public void close() {
		this.closed = true;
		Consumer<byte[], byte[]> current = this.consumer;
		if (current != null) {
			current.wakeup();
		}
		this.lock.lock();
		try {
			release();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** What was read of a window, the end of it if it is too large. */
	private static final class Window {

		private final Deque<LogEntry> entries = new ArrayDeque<>();

		/** The first offset that was read and kept. */
		private long from;

		private long bytes;

		private Window(long from) {
			this.from = from;
		}

		private void add(ConsumerRecord<byte[], byte[]> record) {
			LogEntry entry = KafkaLogReader.entry(record);
			this.entries.add(entry);
			this.bytes += entry.record().event().size();
			while (this.bytes > PAGE_BYTES && this.entries.size() > 1) {
				this.bytes -= this.entries.removeFirst().record().event().size();
				this.from = this.entries.getFirst().record().position().major();
			}
		}

		/** How large the window before this one is to be. */
		private long next(long window) {
			if (this.entries.isEmpty()) {
				return Math.min(2 * window, MAX_WINDOW);
			}
			long mean = Math.max(1, this.bytes / this.entries.size());
			return Math.clamp(PAGE_BYTES / mean, 1, Math.min(2 * window, MAX_WINDOW));
		}

	}

}
