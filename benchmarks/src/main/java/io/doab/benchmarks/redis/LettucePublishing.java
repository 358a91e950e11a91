package io.doab.benchmarks.redis;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

import io.doab.benchmarks.harness.CloudEvent;
import io.doab.benchmarks.harness.Publication;
import io.doab.benchmarks.harness.Publishing;
import io.doab.benchmarks.harness.Task;
import io.doab.stream.Partitioner;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;

/**
 * {@code XADD} by hand, many of them flushed at once. What is not to be acknowledged is
 * not waited for, unless so many answers are missing that the memory would fill up.
 */
final class LettucePublishing implements Publishing.Sender {

	private static final int MOST_UNANSWERED = 10_000;

	private final Semaphore unanswered = new Semaphore(MOST_UNANSWERED);

	private final RedisClient client;

	private final StatefulRedisConnection<String, byte[]> connection;

	private final Task task;

	private final boolean acknowledged;

	LettucePublishing(Task task) {
		this.task = task;
		this.acknowledged = Objects.requireNonNull(task.publication()).acknowledged() != Publication.Acknowledged.NONE;
		this.client = RedisClient.create("redis://" + task.address());
		this.connection = this.client.connect(Entries.CODEC);
		this.connection.setAutoFlushCommands(false);
	}

	@Override
	public CompletionStage<?> send(String id, String key, byte[] payload) {
		if (!this.unanswered.tryAcquire()) {
			flush();
			this.unanswered.acquireUninterruptibly();
		}
		CompletionStage<String> answer = this.connection.async()
			.xadd(Task.redisKey(this.task.output(), Partitioner.partition(key, this.task.partitions())),
					Entries.of(id, CloudEvent.ACCEPTED, key.getBytes(StandardCharsets.UTF_8), payload));
		var _ = answer.whenComplete((stored, failure) -> this.unanswered.release());
		return this.acknowledged ? answer : CompletableFuture.completedFuture(null);
	}

	@Override
	public void flush() {
		this.connection.flushCommands();
	}

	@Override
	public void close() {
		this.connection.close();
		this.client.shutdown();
	}

}
