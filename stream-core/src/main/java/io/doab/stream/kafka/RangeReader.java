package io.doab.stream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.doab.stream.Position;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.StreamRecord;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

import org.jspecify.annotations.Nullable;

/**
 * Reads a few committed records of a partition, with a consumer that lasts as long.
 * Blocks.
 */
final class RangeReader {

	private static final Duration POLL = Duration.ofMillis(200);

	private static final Duration STALL_LIMIT = Duration.ofSeconds(10);

	private final KafkaClients clients;

	private final KafkaRemovals removals;

	RangeReader(KafkaClients clients, KafkaRemovals removals) {
		this.clients = clients;
		this.removals = removals;
	}

	List<StreamRecord> read(TopicPartition partition, @Nullable Position after, int limit) {
		Set<Position> removed = this.removals.of(partition);
		List<StreamRecord> records = new ArrayList<>();
		try (Consumer<byte[], byte[]> reader = this.clients.reader()) {
			reader.assign(List.of(partition));
			long begin = bound(reader.beginningOffsets(List.of(partition)).get(partition));
			long end = bound(reader.endOffsets(List.of(partition)).get(partition));
			reader.seek(partition, (after != null) ? Math.max(begin, after.major() + 1) : begin);
			long deadline = System.nanoTime() + STALL_LIMIT.toNanos();
			while (reader.position(partition) < end && records.size() < limit) {
				List<ConsumerRecord<byte[], byte[]>> read = reader.poll(POLL).records(partition);
				read.stream()
					.map(RecordReader::readOne)
					.filter((record) -> !removed.contains(record.position()))
					.forEach(records::add);
				if (!read.isEmpty()) {
					deadline = System.nanoTime() + STALL_LIMIT.toNanos();
				}
				else if (System.nanoTime() > deadline) {
					throw new RetriableException(partition + " could not be read within " + STALL_LIMIT, null);
				}
			}
		}
		catch (KafkaException ex) {
			throw KafkaFailures.translate("read " + partition, ex);
		}
		return (records.size() > limit) ? records.subList(0, limit) : records;
	}

	private static long bound(@Nullable Long offset) {
		return Objects.requireNonNull(offset);
	}

}
