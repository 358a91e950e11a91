package io.doab.stream.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.doab.stream.RetentionLimits;
import io.doab.stream.error.StreamException;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * How much of a partition its limits leave. Offsets are counted, marks of transactions
 * among them; what events take is reckoned from some of them, for what the broker tells
 * is the size of whole files, which stay for a while after their records were removed.
 */
final class KafkaLimits {

	private static final int SAMPLES = 200;

	/** What a record takes besides its key, value and headers, about. */
	private static final long RECORD_BYTES = 16;

	private static final Duration POLL = Duration.ofMillis(500);

	private final KafkaClients clients;

	KafkaLimits(KafkaClients clients) {
		this.clients = clients;
	}

	/**
	 * The first offset that stays. Blocks.
	 * @throws StreamException when the partition cannot be read
	 */
	long first(TopicPartition partition, long begin, long end, RetentionLimits limits) {
		long first = begin;
		if (limits.maxEvents() > 0) {
			first = Math.max(first, end - limits.maxEvents());
		}
		if (limits.maxBytes() > 0 && begin < end) {
			first = Math.max(first, end - Math.max(1, limits.maxBytes() / meanSize(partition, begin, end)));
		}
		return first;
	}

	private long meanSize(TopicPartition partition, long begin, long end) {
		try (Consumer<byte[], byte[]> reader = this.clients.reader()) {
			reader.assign(List.of(partition));
			reader.seek(partition, Math.max(begin, end - SAMPLES));
			List<ConsumerRecord<byte[], byte[]>> sample = reader.poll(POLL).records(partition);
			return Math.max(1, (long) sample.stream().mapToLong(KafkaLimits::size).average().orElse(1));
		}
		catch (KafkaException ex) {
			throw KafkaFailures.translate("read " + partition, ex);
		}
	}

	private static long size(ConsumerRecord<byte[], byte[]> record) {
		long size = RECORD_BYTES + Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
		for (var header : record.headers()) {
			size += 2L + header.key().length() + Objects.requireNonNullElse(header.value(), new byte[0]).length;
		}
		return size;
	}

}
