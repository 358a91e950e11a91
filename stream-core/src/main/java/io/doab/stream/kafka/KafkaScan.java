package io.doab.stream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.doab.stream.error.RetriableException;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks through committed records, with a consumer that lasts as long. Blocks.
 */
final class KafkaScan {

	private static final Duration POLL = Duration.ofMillis(200);

	private static final Duration STALL_LIMIT = Duration.ofSeconds(10);

	private final KafkaClients clients;

	KafkaScan(KafkaClients clients) {
		this.clients = clients;
	}

	/** Takes a record, and says whether more of its partition are wanted. */
	@FunctionalInterface
	interface Sink {

		boolean accept(TopicPartition partition, ConsumerRecord<byte[], byte[]> record);

	}

	/** Reads committed records between offsets, of several partitions side by side. */
	void read(Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends, Sink sink) {
		Set<TopicPartition> open = new HashSet<>(from.keySet());
		open.removeIf((part) -> from.getOrDefault(part, 0L) >= ends.getOrDefault(part, 0L));
		if (open.isEmpty()) {
			return;
		}
		Consumer<byte[], byte[]> reader = this.clients.reader();
		try {
			reader.assign(open);
			open.forEach((part) -> reader.seek(part, from.getOrDefault(part, 0L)));
			long deadline = System.nanoTime() + STALL_LIMIT.toNanos();
			while (!open.isEmpty()) {
				boolean any = false;
				for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
					TopicPartition part = new TopicPartition(record.topic(), record.partition());
					any = true;
					if (open.contains(part)
							&& (record.offset() >= ends.getOrDefault(part, 0L) || !sink.accept(part, record))) {
						open.remove(part);
					}
				}
				open.removeIf((part) -> reader.position(part) >= ends.getOrDefault(part, 0L));
				pauseOthers(reader, open);
				if (any) {
					deadline = System.nanoTime() + STALL_LIMIT.toNanos();
				}
				else if (!open.isEmpty() && System.nanoTime() > deadline) {
					throw new RetriableException(open + " could not be read within " + STALL_LIMIT, null);
				}
			}
		}
		catch (KafkaException ex) {
			throw KafkaFailures.translate("read " + from.keySet(), ex);
		}
		finally {
			// Without a limit it waits for the answer to its last fetch, for which the
			// broker waits for more to come.
			reader.close(CloseOptions.timeout(Duration.ZERO));
		}
	}

	private static void pauseOthers(Consumer<?, ?> reader, Collection<TopicPartition> open) {
		List<TopicPartition> others = new ArrayList<>(reader.assignment());
		others.removeAll(open);
		reader.pause(others);
	}

}
