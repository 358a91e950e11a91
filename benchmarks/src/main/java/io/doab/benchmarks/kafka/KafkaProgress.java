package io.doab.benchmarks.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import io.doab.benchmarks.harness.Progress;
import io.doab.benchmarks.harness.Task;
import io.doab.benchmarks.harness.Workload;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * How far a group is by its committed offsets. The input has no marks of transactions, so
 * their sum is the number of events that are done. Where events are only published, the
 * ends of their topic.
 */
public final class KafkaProgress implements Progress {

	private final Task task;

	private final Admin admin;

	public KafkaProgress(Task task) {
		this.task = task;
		this.admin = Admin.create(Map.of("bootstrap.servers", task.address()));
	}

	@Override
	public boolean isDone() {
		try {
			if (this.task.workload() == Workload.PUBLISH) {
				return stored() >= this.task.events();
			}
			Map<TopicPartition, OffsetAndMetadata> offsets = this.admin.listConsumerGroupOffsets(this.task.group())
				.partitionsToOffsetAndMetadata()
				.get();
			long done = offsets.entrySet()
				.stream()
				.filter((offset) -> offset.getKey().topic().equals(this.task.input()) && offset.getValue() != null)
				.mapToLong((offset) -> offset.getValue().offset())
				.sum();
			return done >= this.task.events();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof GroupIdNotFoundException) {
				return false;
			}
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Of a topic to which nobody writes in transactions. */
	private long stored() throws ExecutionException, InterruptedException {
		Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
		for (int partition = 0; partition < this.task.partitions(); partition++) {
			latest.put(new TopicPartition(this.task.output(), partition), OffsetSpec.latest());
		}
		return this.admin.listOffsets(latest)
			.all()
			.get()
			.values()
			.stream()
			.mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
			.sum();
	}

	@Override
	public void close() {
		this.admin.close();
	}

}
