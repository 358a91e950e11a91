package io.doab.stream.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.doab.stream.Partitioner;
import io.doab.stream.PublisherSettings;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

import org.jspecify.annotations.Nullable;

/**
 * Moves what a group keeps under keys, in its changelog, to the partitions that the keys
 * have under another number of partitions: first there, then away from here, so that it
 * can be repeated.
 */
final class KafkaStateMove {

	private final KafkaClients clients;

	private final ChangelogReader changelogs;

	KafkaStateMove(KafkaClients clients, ChangelogReader changelogs) {
		this.clients = clients;
		this.changelogs = changelogs;
	}

	/** What of a group cannot be moved, or must not be. */
	List<String> obstacles(String group, int partitions, boolean forgetIds) {
		int parked = 0;
		int ids = 0;
		for (Map<String, byte[]> ofPartition : read(group, partitions).values()) {
			for (String key : ofPartition.keySet()) {
				parked += key.startsWith(Changelog.PARKED) ? 1 : 0;
				ids += key.startsWith(Changelog.SEEN) ? 1 : 0;
			}
		}
		List<String> obstacles = new ArrayList<>();
		if (parked > 0) {
			obstacles.add("group " + group + " has " + parked + " parked events: let it work them off");
		}
		if (ids > 0 && !forgetIds) {
			obstacles.add("group " + group + " remembers " + ids
					+ " ids of events that may come twice: wait until they are forgotten, or allow it to forget them");
		}
		return obstacles;
	}

	void move(String group, int partitions) {
		String topic = Changelog.topicOf(group);
		List<ProducerRecord<byte[], byte[]>> there = new ArrayList<>();
		List<ProducerRecord<byte[], byte[]>> away = new ArrayList<>();
		read(group, partitions).forEach((partition, entries) -> entries.forEach((key, value) -> {
			String eventKey = Changelog.eventKey(key);
			boolean forgotten = key.startsWith(Changelog.SEEN) || key.startsWith(Changelog.SEEN_EXPIRY);
			if (eventKey == null) {
				return;
			}
			int target = Partitioner.partition(eventKey, partitions);
			if (!forgotten && target != partition) {
				there.add(new ProducerRecord<>(topic, target, KafkaRecords.bytes(key), value));
			}
			if (forgotten || target != partition) {
				away.add(record(topic, partition, key));
			}
		}));
		try (Producer<byte[], byte[]> producer = this.clients.publisher(PublisherSettings.defaults())) {
			send(producer, there);
			send(producer, away);
		}
	}

	private static ProducerRecord<byte[], byte[]> record(String topic, int partition, String key) {
		byte @Nullable [] nothing = null;
		return new ProducerRecord<>(topic, partition, KafkaRecords.bytes(key), nothing);
	}

	private static void send(Producer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records) {
		List<Exception> failures = new ArrayList<>();
		try {
			for (ProducerRecord<byte[], byte[]> record : records) {
				var _ = producer.send(record, (metadata, failure) -> {
					if (failure != null) {
						synchronized (failures) {
							failures.add(failure);
						}
					}
				});
			}
			producer.flush();
		}
		catch (KafkaException ex) {
			throw KafkaFailures.translate("move the state of a group", ex);
		}
		synchronized (failures) {
			if (!failures.isEmpty()) {
				throw KafkaFailures.translate("move the state of a group", failures.getFirst());
			}
		}
	}

	/** What holds of each partition, by the keys of its records. */
	private Map<Integer, Map<String, byte[]>> read(String group, int partitions) {
		Map<Integer, Map<String, byte[]>> entries = new HashMap<>();
		this.changelogs.read(Changelog.topicOf(group), IntStream.range(0, partitions).boxed().toList(),
				(partition, key, value) -> {
					Map<String, byte[]> ofPartition = entries.computeIfAbsent(partition, (number) -> new HashMap<>());
					String name = new String(key, StandardCharsets.UTF_8);
					if (value != null) {
						ofPartition.put(name, value);
					}
					else {
						ofPartition.remove(name);
					}
				});
		return entries;
	}

}
