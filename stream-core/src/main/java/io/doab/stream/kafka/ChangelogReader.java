package io.doab.stream.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.doab.stream.error.FatalStreamException;
import io.doab.stream.error.RetriableException;
import io.doab.stream.error.StreamException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

import org.jspecify.annotations.Nullable;

/**
 * Reads changelogs from their beginning to their end. Blocks.
 */
final class ChangelogReader {

	private static final Duration POLL = Duration.ofMillis(200);

	private static final Duration STALL_LIMIT = Duration.ofSeconds(30);

	private final KafkaClients clients;

	private final Admin admin;

	ChangelogReader(KafkaClients clients, Admin admin) {
		this.clients = clients;
		this.admin = admin;
	}

	/** Takes one record of a changelog. */
	@FunctionalInterface
	interface Sink {

		void accept(int partition, byte[] key, byte @Nullable [] value);

	}

	/**
	 * Reads committed records, up to the end that the log has for anyone, for the mark of
	 * the last transaction may come after what it commits.
	 * @throws FatalStreamException when a record cannot be understood
	 */
	void read(String topic, Collection<Integer> partitions, Sink sink) {
		List<TopicPartition> parts = partitions.stream()
			.map((partition) -> new TopicPartition(topic, partition))
			.toList();
		Map<TopicPartition, Long> ends = ends(parts);
		Consumer<byte[], byte[]> reader = this.clients.reader();
		try {
			reader.assign(parts);
			reader.seekToBeginning(parts);
			Set<TopicPartition> open = new HashSet<>(parts);
			long deadline = System.nanoTime() + STALL_LIMIT.toNanos();
			while (true) {
				open.removeIf((part) -> reader.position(part) >= ends.getOrDefault(part, 0L));
				if (open.isEmpty()) {
					return;
				}
				ConsumerRecords<byte[], byte[]> records = reader.poll(POLL);
				records.forEach((record) -> accept(record, sink));
				if (!records.isEmpty()) {
					deadline = System.nanoTime() + STALL_LIMIT.toNanos();
				}
				else if (System.nanoTime() > deadline) {
					throw new RetriableException("The changelog " + topic + " could not be read to its end on " + open
							+ " within " + STALL_LIMIT, null);
				}
			}
		}
		finally {
			// Without a limit it waits for the answer to its last fetch, for which the
			// broker waits for more to come.
			reader.close(CloseOptions.timeout(Duration.ZERO));
		}
	}

	/** Where partitions end for readers of anything. */
	Map<TopicPartition, Long> ends(Collection<TopicPartition> parts) {
		return KafkaFailures
			.await("read the ends of " + parts,
					this.admin
						.listOffsets(
								parts.stream().collect(Collectors.toMap((part) -> part, (part) -> OffsetSpec.latest())))
						.all(),
					this.clients.settings().patienceSeconds())
			.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> entry.getValue().offset()));
	}

	private static void accept(ConsumerRecord<byte[], byte[]> record, Sink sink) {
		try {
			sink.accept(record.partition(), record.key(), record.value());
		}
		catch (StreamException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw new FatalStreamException("The changelog " + record.topic() + " has at offset " + record.offset()
					+ " of partition " + record.partition() + " a record that is none of a changelog (" + ex
					+ "): find out who writes there, overwrite its key with a record without a value, and have"
					+ " the topic compacted", ex);
		}
	}

}
