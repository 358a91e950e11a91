package io.doab.stream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.doab.stream.Position;
import io.doab.stream.StreamPartition;
import io.doab.stream.StreamPoint;
import io.doab.stream.spi.LogEntry;
import io.doab.stream.spi.LogTail;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;

import org.jspecify.annotations.Nullable;

/**
 * Follows topics with a consumer that takes part in no group.
 *
 * <p>
 * The consumer connects again by itself and says nothing when it cannot. So when nothing
 * has come for some time a question is asked that has to be answered. One that fails is
 * replaced, and the next goes on after what was given.
 *
 * <p>
 * The lock is held by the thread that reads, and taken to close.
 */
final class KafkaTail implements LogTail {

	private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final KafkaClients clients;

	private final KafkaRemovals removals;

	private final ReentrantLock lock = new ReentrantLock();

	/** The offset to go on with. */
	private final Map<TopicPartition, Long> next = new LinkedHashMap<>();

	/** Of partitions that were to begin where their log had not come to yet. */
	private final Map<TopicPartition, StreamPoint> begins = new HashMap<>();

	private final Map<TopicPartition, Set<Position>> removed = new HashMap<>();

	private volatile @Nullable Consumer<byte[], byte[]> consumer;

	private volatile boolean closed;

	private long heardNanos = System.nanoTime();

	KafkaTail(KafkaClients clients, KafkaRemovals removals) {
		this.clients = clients;
		this.removals = removals;
	}

	@Override
	public void add(Map<StreamPartition, StreamPoint> from) {
		from.values().forEach(PointOffsets::requireOffset);
		Map<TopicPartition, StreamPoint> points = new HashMap<>();
		from.forEach((partition, point) -> points.put(KafkaLogReader.topicPartition(partition), point));
		this.lock.lock();
		try {
			Consumer<byte[], byte[]> reader = consumer();
			Map<TopicPartition, Long> offsets = new PointOffsets(reader,
					Duration.ofSeconds(this.clients.settings().patienceSeconds()))
				.firstFrom(points);
			Map<TopicPartition, Set<Position>> gone = new HashMap<>();
			points.keySet().forEach((partition) -> gone.put(partition, this.removals.present(partition)));
			this.removed.putAll(gone);
			this.begins.putAll(points);
			this.next.putAll(offsets);
			reader.assign(this.next.keySet());
			offsets.forEach(reader::seek);
		}
		catch (WakeupException ex) {
			// It is being closed.
		}
		catch (KafkaException ex) {
			release();
			throw KafkaFailures.translate("look for where to begin in " + from.keySet(), ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public Map<StreamPartition, List<LogEntry>> poll(Duration timeout) {
		this.lock.lock();
		try {
			if (this.closed) {
				return Map.of();
			}
			Consumer<byte[], byte[]> reader = consumer();
			ConsumerRecords<byte[], byte[]> records = reader.poll(timeout);
			if (records.isEmpty()) {
				requireContact(reader);
				return Map.of();
			}
			this.heardNanos = System.nanoTime();
			return taken(records);
		}
		catch (WakeupException ex) {
			return Map.of();
		}
		catch (TimeoutException ex) {
			throw KafkaFailures.translate("follow " + this.next.keySet(), ex);
		}
		catch (KafkaException ex) {
			release();
			throw KafkaFailures.translate("follow " + this.next.keySet(), ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void requireContact(Consumer<byte[], byte[]> reader) {
		if (System.nanoTime() - this.heardNanos > QUIET_NANOS) {
			var _ = reader.endOffsets(this.next.keySet(), this.clients.settings().requestTimeout());
			this.heardNanos = System.nanoTime();
		}
	}

	private Map<StreamPartition, List<LogEntry>> taken(ConsumerRecords<byte[], byte[]> records) {
		Map<StreamPartition, List<LogEntry>> taken = new LinkedHashMap<>();
		for (TopicPartition partition : records.partitions()) {
			List<ConsumerRecord<byte[], byte[]>> read = records.records(partition);
			List<LogEntry> entries = new ArrayList<>(read.size());
			for (ConsumerRecord<byte[], byte[]> record : read) {
				if (isWanted(partition, record)) {
					entries.add(KafkaLogReader.entry(record));
				}
			}
			this.next.put(partition, read.getLast().offset() + 1);
			if (!entries.isEmpty()) {
				taken.put(new StreamPartition(partition.topic(), partition.partition()), entries);
			}
		}
		return taken;
	}

	private boolean isWanted(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
		boolean begun = switch (this.begins.get(partition)) {
			case StreamPoint.Time time -> record.timestamp() >= time.firstMillis();
			case StreamPoint.Place place -> record.offset() >= PointOffsets.offset(place, false);
			case null, default -> true;
		};
		Set<Position> gone = this.removed.getOrDefault(partition, Set.of());
		return begun && (gone.isEmpty() || !gone.contains(Position.ofOffset(record.offset())));
	}

	/** The consumer, where the one before was if it is a new one. */
	private Consumer<byte[], byte[]> consumer() {
		Consumer<byte[], byte[]> current = this.consumer;
		if (current == null) {
			current = this.clients.reader();
			this.consumer = current;
			current.assign(this.next.keySet());
			this.next.forEach(current::seek);
		}
		return current;
	}

	private void release() {
		Consumer<byte[], byte[]> current = this.consumer;
		this.consumer = null;
		if (current != null) {
			KafkaClients.closeAtOnce(current);
		}
	}

	@Override
	public void wakeup() {
		Consumer<byte[], byte[]> current = this.consumer;
		if (current != null) {
			current.wakeup();
		}
	}

	@Override
	public void close() {
		this.closed = true;
		wakeup();
		this.lock.lock();
		try {
			release();
		}
		finally {
			this.lock.unlock();
		}
	}

}
