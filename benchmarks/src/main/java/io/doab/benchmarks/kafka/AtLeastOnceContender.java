package io.doab.benchmarks.kafka;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.doab.benchmarks.harness.Contender;
import io.doab.benchmarks.harness.Loop;
import io.doab.benchmarks.harness.Probe;
import io.doab.benchmarks.harness.Publishing;
import io.doab.benchmarks.harness.Task;
import io.doab.benchmarks.harness.Workload;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;

import org.jspecify.annotations.Nullable;

/**
 * The plain clients, at least once: outputs are sent as they come, and every 100 ms
 * offsets are committed when all that was sent is acknowledged.
 */
public final class AtLeastOnceContender implements Contender {

	private static final Duration POLL = Duration.ofMillis(100);

	private static final long COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	@Override
	public AutoCloseable start(Task task, Probe probe) {
		if (task.workload() == Workload.PUBLISH) {
			return Publishing.start(task, probe, sender(task));
		}
		Member member = new Member(task, probe);
		return Loop.start("plain-clients", probe, member::step, member::close);
	}

	/** Publishes to a task's output; for many threads. */
	public static Publishing.Sender sender(Task task) {
		return new ProducerPublishing(task);
	}

	private static final class Member {

		private final Task task;

		private final Probe probe;

		private final KafkaConsumer<byte[], byte[]> consumer;

		private final KafkaProducer<byte[], byte[]> producer;

		private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

		private long committed = System.nanoTime();

		private boolean uncommitted;

		Member(Task task, Probe probe) {
			this.task = task;
			this.probe = probe;
			this.consumer = new KafkaConsumer<>(Clients.member(task));
			this.producer = new KafkaProducer<>(Clients.producer(task));
			this.consumer.subscribe(List.of(task.input()));
		}

		void step() throws Exception {
			for (ConsumerRecord<byte[], byte[]> input : this.consumer.poll(POLL)) {
				byte[] result = this.probe.transform(input.value());
				var _ = this.producer.send(KafkaEvents.following(input, this.task.output(), result),
						(stored, cause) -> this.failure.compareAndSet(null, cause));
				this.uncommitted = true;
			}
			if (this.uncommitted && System.nanoTime() - this.committed > COMMIT_NANOS) {
				commit();
			}
		}

		private void commit() throws Exception {
			this.producer.flush();
			Exception cause = this.failure.get();
			if (cause != null) {
				throw cause;
			}
			this.consumer.commitSync();
			this.uncommitted = false;
			this.committed = System.nanoTime();
		}

		void close() throws Exception {
			commit();
			this.consumer.close();
			this.producer.close();
		}

	}

}
