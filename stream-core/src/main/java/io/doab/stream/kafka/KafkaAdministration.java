package io.doab.stream.kafka;

import io.doab.stream.spi.BackendAdmin;
import io.doab.stream.spi.PauseMarks;
import io.doab.stream.spi.StoredGroups;
import io.doab.stream.spi.StreamLogs;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;

/**
 * What operators ask of Kafka.
 */
final class KafkaAdministration implements BackendAdmin {

	private final KafkaLogs logs;

	private final KafkaGroups groups;

	private final KafkaPauses pauses;

	KafkaAdministration(KafkaClients clients, Admin admin, KafkaTopics topics, KafkaRemovals removals,
			Producer<byte[], byte[]> publisher) {
		LogBounds bounds = new LogBounds(admin, clients.settings());
		this.logs = new KafkaLogs(clients, admin, topics, removals, bounds);
		this.groups = new KafkaGroups(clients, admin, bounds);
		this.pauses = new KafkaPauses(new CompactedTopic(KafkaPauses.TOPIC, clients, topics, admin, publisher));
	}

	@Override
	public StreamLogs logs() {
		return this.logs;
	}

	@Override
	public StoredGroups groups() {
		return this.groups;
	}

	@Override
	public PauseMarks pauses() {
		return this.pauses;
	}

}
