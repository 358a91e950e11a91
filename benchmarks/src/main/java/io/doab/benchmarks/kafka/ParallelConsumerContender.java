package io.doab.benchmarks.kafka;

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
 * run handlers; offsets are committed as it does by default.
 */
public final class ParallelConsumerContender implements Contender {

	@Override
	public AutoCloseable start(Task task, Probe probe) {
		ParallelStreamProcessor<byte[], byte[]> processor = ParallelStreamProcessor
			.createEosStreamProcessor(ParallelConsumerOptions.<byte[], byte[]>builder()
				.consumer(new KafkaConsumer<>(Clients.member(task)))
				.ordering(ProcessingOrder.KEY)
				.maxConcurrency(task.concurrency())
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
