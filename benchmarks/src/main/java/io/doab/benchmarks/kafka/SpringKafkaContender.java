package io.doab.benchmarks.kafka;

import java.util.List;

import io.doab.benchmarks.harness.Contender;
import io.doab.benchmarks.harness.Probe;
import io.doab.benchmarks.harness.Task;
import io.doab.benchmarks.harness.Workload;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.transaction.KafkaTransactionManager;

/**
 * Spring Kafka as its reference shows. To publish: a listener whose container runs each
 * batch, or each record, in a transaction. For handlers that block: a record listener.
 * With a consumer per partition.
 */
public final class SpringKafkaContender implements Contender {

	private final boolean batches;

	/**
	 * Creates one.
	 * @param batches whether a listener is given batches, or single records
	 */
	public SpringKafkaContender(boolean batches) {
		this.batches = batches;
	}

	@Override
	public AutoCloseable start(Task task, Probe probe) {
		return (task.workload() == Workload.BLOCKING) ? blocking(task, probe) : transactions(task, probe);
	}

	private static AutoCloseable blocking(Task task, Probe probe) {
		ContainerProperties properties = properties(task);
		properties.setMessageListener((MessageListener<byte[], byte[]>) (record) -> probe.block(record.value()));
		return run(task, properties);
	}

	private AutoCloseable transactions(Task task, Probe probe) {
		DefaultKafkaProducerFactory<byte[], byte[]> producers = new DefaultKafkaProducerFactory<>(
				Clients.transactional(task));
		KafkaTemplate<byte[], byte[]> template = new KafkaTemplate<>(producers);
		ContainerProperties properties = properties(task);
		properties.setKafkaAwareTransactionManager(new KafkaTransactionManager<>(producers));
		properties.setMessageListener(
				this.batches ? (BatchMessageListener<byte[], byte[]>) (batch) -> send(template, task, probe, batch)
						: (MessageListener<byte[], byte[]>) (record) -> send(template, task, probe, List.of(record)));
		AutoCloseable container = run(task, properties);
		return () -> {
			container.close();
			producers.destroy();
		};
	}

	private static void send(KafkaTemplate<byte[], byte[]> template, Task task, Probe probe,
			List<ConsumerRecord<byte[], byte[]>> batch) {
		try {
			for (ConsumerRecord<byte[], byte[]> input : batch) {
				var _ = template.send(KafkaEvents.following(input, task.output(), probe.transform(input.value())));
			}
		}
		catch (RuntimeException ex) {
			probe.failed(ex);
			throw ex;
		}
	}

	private static ContainerProperties properties(Task task) {
		ContainerProperties properties = new ContainerProperties(task.input());
		properties.setGroupId(task.group());
		return properties;
	}

	private static AutoCloseable run(Task task, ContainerProperties properties) {
		ConcurrentMessageListenerContainer<byte[], byte[]> container = new ConcurrentMessageListenerContainer<>(
				new DefaultKafkaConsumerFactory<>(Clients.member(task)), properties);
		container.setConcurrency(task.partitions());
		container.start();
		return container::stop;
	}

}
