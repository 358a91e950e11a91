package io.doab.benchmarks.kafka;

import java.util.HashMap;
import java.util.Map;

import io.doab.benchmarks.harness.Publication;
import io.doab.benchmarks.harness.Task;
import io.doab.benchmarks.harness.Workload;
import io.doab.stream.kafka.KafkaSettings;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The settings of clients that are the same for every contender on Kafka, Doab included:
 * all replicas acknowledge, batches of 128 KiB, no compression. Where latency is
 * measured, or each event waits for the one before it, nobody lingers; where members are
 * killed, all have the sessions and the time-out of transactions that Doab has.
 */
public final class Clients {

	private static final int MAX_POLL_RECORDS = 2_000;

	private static final int BATCH_BYTES = 128 * 1024;

	private Clients() {
	}

	/** What all consumers have. */
	public static Map<String, Object> consumer(Task task) {
		Map<String, Object> settings = new HashMap<>();
		settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, task.address());
		settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
		settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
		settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
		return settings;
	}

	/** A consumer of the task's group. */
	public static Map<String, Object> member(Task task) {
		Map<String, Object> settings = consumer(task);
		settings.put(ConsumerConfig.GROUP_ID_CONFIG, task.group());
		settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
		settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
		settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
		if (task.workload() == Workload.TAKEOVER) {
			int session = Math.toIntExact(KafkaSettings.defaults().sessionTimeout().toMillis());
			settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, session);
			settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, session / 4);
		}
		return settings;
	}

	/** What all producers have. */
	public static Map<String, Object> producer(Task task) {
		Map<String, Object> settings = new HashMap<>();
		settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, task.address());
		settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		settings.put(ProducerConfig.ACKS_CONFIG, "all");
		settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
		Publication publication = task.publication();
		if (isTimed(task) || (publication != null && publication.single())) {
			settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
		}
		return settings;
	}

	/** Whether it is measured how long single events take. */
	static boolean isTimed(Task task) {
		return task.workload() == Workload.LATENCY || task.workload() == Workload.TAKEOVER;
	}

	/** A producer for the transactions of the task. */
	public static Map<String, Object> transactional(Task task) {
		Map<String, Object> settings = producer(task);
		settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, task.group());
		if (task.workload() == Workload.TAKEOVER) {
			// Of each member its own.
			settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, task.group() + "-" + ProcessHandle.current().pid());
			settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
					Math.toIntExact(KafkaSettings.defaults().transactionTimeout().toMillis()));
		}
		// A transaction begins while the marks of the one before are written: the broker
		// says so, and is asked again after this time.
		settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 10);
		return settings;
	}

}
