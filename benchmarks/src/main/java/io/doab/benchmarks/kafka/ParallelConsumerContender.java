package io.doab.benchmarks.kafka;

import java.time.Duration;
import java.util.List;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import io.doab.benchmarks.harness.Contender;
import io.doab.benchmarks.harness.Probe;
import io.doab.benchmarks.harness.Task;

import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Confluent's Parallel Consumer in the order of keys, with as many workers as others may
 * run handlers; offsets are committed every 100 ms, as others do, for by its default of
 * five seconds a run would end with a wait.
 */
public final class ParallelConsumerContender implements Contender {

	private static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);

	@Override
	public AutoCloseable start(Task task, Probe probe) {
		ParallelStreamProcessor<byte[], byte[]> processor = ParallelStreamProcessor
			.createEosStreamProcessor(ParallelConsumerOptions.<byte[], byte[]>builder()
				.consumer(new KafkaConsumer<>(Clients.member(task)))
				.ordering(ProcessingOrder.KEY)
				.maxConcurrency(task.concurrency())
				.commitInterval(COMMIT_INTERVAL)
				// It would look into the consumer by reflection; auto-commit is off.
				.ignoreReflectiveAccessExceptionsForAutoCommitDisabledCheck(true)
				.build());
		processor.subscribe(List.of(task.input()));
		processor.poll((context) -> {
			try {
				probe.block(context.getSingleConsumerRecord().value());
			}
			catch (RuntimeException ex) {
				probe.failed(ex);
				throw ex;
			}
		});
		return processor::closeDrainFirst;
	}

}
