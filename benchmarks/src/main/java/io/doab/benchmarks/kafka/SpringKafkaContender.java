package io.doab.benchmarks.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

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
 * batch, or each record, in a transaction; or one of batches that waits until what it
 * sent is stored, after which the container commits the offsets. For handlers that block:
 * a record listener. With a consumer per partition.
 */
public final class SpringKafkaContender implements Contender {

	private final boolean batches;

	private final boolean transactions;

	/**
	 * Creates one.
	 * @param batches whether a listener is given batches, or single records
	 * @param transactions whether what it publishes is in a transaction with the offsets
	 */
	public SpringKafkaContender(boolean batches, boolean transactions) {
		this.batches = batches;
		this.transactions = transactions;
	}

	@Override
	public AutoCloseable start(Task task, Probe probe) {
		return (task.workload() == Workload.BLOCKING) ? blocking(task, probe) : publishing(task, probe);
	}

	private static AutoCloseable blocking(Task task, Probe probe) {
		ContainerProperties properties = properties(task);
		properties.setMessageListener((MessageListener<byte[], byte[]>) (record) -> probe.block(record.value()));
		return run(task, properties);
	}

	private AutoCloseable publishing(Task task, Probe probe) {
		DefaultKafkaProducerFactory<byte[], byte[]> producers = new DefaultKafkaProducerFactory<>(
				this.transactions ? Clients.transactional(task) : Clients.producer(task));
		KafkaTemplate<byte[], byte[]> template = new KafkaTemplate<>(producers);
		ContainerProperties properties = properties(task);
		if (this.transactions) {
			properties.setKafkaAwareTransactionManager(new KafkaTransactionManager<>(producers));
		}
		properties.setMessageListener(this.batches
				? (BatchMessageListener<byte[], byte[]>) (batch) -> publish(template, task, probe, batch)
				: (MessageListener<byte[], byte[]>) (record) -> publish(template, task, probe, List.of(record)));
		AutoCloseable container = run(task, properties);
		return () -> {
			container.close();
			producers.destroy();
		};
	}

	private void publish(KafkaTemplate<byte[], byte[]> template, Task task, Probe probe,
			List<ConsumerRecord<byte[], byte[]>> batch) {
		List<CompletableFuture<?>> sent = new ArrayList<>(batch.size());
		try {
			for (ConsumerRecord<byte[], byte[]> input : batch) {
				sent.add(template.send(KafkaEvents.following(input, task.output(), probe.transform(input.value()))));
			}
			if (!this.transactions) {
				template.flush();
				sent.forEach(CompletableFuture::join);
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
