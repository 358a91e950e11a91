package io.doab.benchmarks.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.doab.benchmarks.harness.Contender;
import io.doab.benchmarks.harness.Loop;
import io.doab.benchmarks.harness.Probe;
import io.doab.benchmarks.harness.Task;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;

/**
 * The plain clients with transactions: outputs and offsets of 100 ms are one transaction.
 * Where latency is measured, those of one poll.
 */
public final class TransactionalContender implements Contender {

	private static final Duration POLL = Duration.ofMillis(100);

	private static final long COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	@Override
	public AutoCloseable start(Task task, Probe probe) {
		Member member = new Member(task, probe);
		return Loop.start("transactions", probe, member::step, member::close);
	}

	private static final class Member {

		private final Task task;

		private final Probe probe;

		private final KafkaConsumer<byte[], byte[]> consumer;

		private final KafkaProducer<byte[], byte[]> producer;

		private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();

		private final long commitNanos;

		private long began;

		Member(Task task, Probe probe) {
			this.task = task;
			this.probe = probe;
			this.commitNanos = Clients.isTimed(task) ? 0 : COMMIT_NANOS;
			this.consumer = new KafkaConsumer<>(Clients.member(task));
			this.producer = new KafkaProducer<>(Clients.transactional(task));
			this.producer.initTransactions();
			this.consumer.subscribe(List.of(task.input()));
		}

		void step() {
			ConsumerRecords<byte[], byte[]> records = this.consumer.poll(POLL);
			if (!records.isEmpty() && this.offsets.isEmpty()) {
				this.producer.beginTransaction();
				this.began = System.nanoTime();
			}
			for (ConsumerRecord<byte[], byte[]> input : records) {
				byte[] result = this.probe.transform(input.value());
				var _ = this.producer.send(KafkaEvents.following(input, this.task.output(), result));
			}
			this.offsets.putAll(records.nextOffsets());
			if (!this.offsets.isEmpty() && System.nanoTime() - this.began >= this.commitNanos) {
				commit();
			}
		}

		private void commit() {
			this.producer.sendOffsetsToTransaction(this.offsets, this.consumer.groupMetadata());
			this.producer.commitTransaction();
			this.offsets.clear();
		}

		void close() {
			if (!this.offsets.isEmpty()) {
				commit();
			}
			this.consumer.close();
			this.producer.close();
		}

	}

}
