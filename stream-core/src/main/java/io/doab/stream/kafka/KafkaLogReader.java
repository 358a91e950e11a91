package io.doab.stream.kafka;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

import io.doab.stream.StreamPartition;
import io.doab.stream.error.RetriableException;
import io.doab.stream.spi.LogEntry;
import io.doab.stream.spi.LogRange;
import io.doab.stream.spi.LogReader;
import io.doab.stream.spi.LogSection;
import io.doab.stream.spi.LogTail;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Reads topics with consumers that take part in no group.
 */
final class KafkaLogReader implements LogReader {

	private final KafkaClients clients;

	private final Admin admin;

	private final KafkaRemovals removals;

	KafkaLogReader(KafkaClients clients, Admin admin, KafkaRemovals removals) {
		this.clients = clients;
		this.admin = admin;
		this.removals = removals;
	}

	@Override
	public OptionalInt partitions(String stream) {
		try {
			TopicDescription topic = KafkaFailures
				.await("look for topic " + stream, this.admin.describeTopics(List.of(stream)).allTopicNames(),
						this.clients.settings().patienceSeconds())
				.get(stream);
			return OptionalInt.of(Objects.requireNonNull(topic).partitions().size());
		}
		catch (RetriableException ex) {
			if (ex.getCause() instanceof UnknownTopicOrPartitionException) {
				return OptionalInt.empty();
			}
			throw ex;
		}
	}

	@Override
	public LogSection open(Collection<StreamPartition> partitions, LogRange range) {
		PointOffsets.requireOffset(range.from());
		PointOffsets.requireOffset(range.to());
		return new KafkaSection(this.clients, this.removals,
				partitions.stream().map(KafkaLogReader::topicPartition).toList(), range);
	}

	@Override
	public LogTail follow() {
		return new KafkaTail(this.clients, this.removals);
	}

	static TopicPartition topicPartition(StreamPartition partition) {
		return new TopicPartition(partition.stream(), partition.partition());
	}

	static LogEntry entry(ConsumerRecord<byte[], byte[]> record) {
		return new LogEntry(RecordReader.readOne(record), record.timestamp());
	}

}
