package io.doab.benchmarks.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.doab.benchmarks.harness.Contender;
import io.doab.benchmarks.harness.Loop;
import io.doab.benchmarks.harness.Orders;
import io.doab.benchmarks.harness.Probe;
import io.doab.benchmarks.harness.Publishing;
import io.doab.benchmarks.harness.Task;
import io.doab.benchmarks.harness.Workload;
import io.lettuce.core.Consumer;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;

import org.jspecify.annotations.Nullable;

/**
 * Lettuce by hand, as fast as its documentation shows: entries are read in batches by one
 * connection, the outputs and acknowledgements of a batch are flushed at once by another
 * ({@code setAutoFlushCommands(false)}), and while they are under way the next batch is
 * read. At least once: outputs, counters and acknowledgements are single commands.
 */
public final class LettuceContender implements Contender {

	private static final int BATCH = 500;

	private static final Duration BLOCK = Duration.ofMillis(100);

	@Override
	public AutoCloseable start(Task task, Probe probe) {
		if (task.workload() == Workload.PUBLISH) {
			return Publishing.start(task, probe, sender(task));
		}
		RedisClient client = RedisClient.create("redis://" + task.address());
		List<AutoCloseable> all = new ArrayList<>();
		// The counters of all partitions share the client, not the connection.
		for (int partition = 0; partition < task.partitions(); partition++) {
			createGroup(client, task, partition);
			Partition worker = new Partition(client, task, partition, probe);
			all.add(Loop.start("lettuce-" + partition, probe, worker::step, worker::close));
		}
		return () -> {
			for (AutoCloseable loop : all) {
				loop.close();
			}
			client.shutdown();
		};
	}

	/** Publishes to a task's output; for many threads. */
	public static Publishing.Sender sender(Task task) {
		return new LettucePublishing(task);
	}

	private static void createGroup(RedisClient client, Task task, int partition) {
		try (StatefulRedisConnection<String, byte[]> connection = client.connect(Entries.CODEC)) {
			connection.sync()
				.xgroupCreate(StreamOffset.from(Task.redisKey(task.input(), partition), "0"), task.group(),
						XGroupCreateArgs.Builder.mkstream());
		}
		catch (RedisBusyException ex) {
			// It is there.
		}
	}

	/** One partition, by one thread. */
	private static final class Partition {

		private final Task task;

		private final Probe probe;

		private final String input;

		private final String output;

		private final String counters;

		private final StatefulRedisConnection<String, byte[]> reading;

		private final StatefulRedisConnection<String, byte[]> writing;

		private @Nullable RedisFuture<List<StreamMessage<String, byte[]>>> next;

		private List<RedisFuture<?>> unanswered = List.of();

		Partition(RedisClient client, Task task, int partition, Probe probe) {
			this.task = task;
			this.probe = probe;
			this.input = Task.redisKey(task.input(), partition);
			this.output = Task.redisKey(task.output(), partition);
			this.counters = task.group() + ":counters:" + partition;
			this.reading = client.connect(Entries.CODEC);
			this.writing = client.connect(Entries.CODEC);
			this.writing.setAutoFlushCommands(false);
		}

		void step() throws Exception {
			RedisFuture<List<StreamMessage<String, byte[]>>> read = (this.next != null) ? this.next : read();
			List<StreamMessage<String, byte[]>> batch = read.get(30, TimeUnit.SECONDS);
			this.next = read();
			if (batch.isEmpty()) {
				return;
			}
			List<byte[]> outputs = (this.task.workload() == Workload.STATE) ? counted(batch) : transformed(batch);
			awaitAnswers();
			write(batch, outputs);
		}

		@SuppressWarnings("unchecked") // a generic array of one
		private RedisFuture<List<StreamMessage<String, byte[]>>> read() {
			return this.reading.async()
				.xreadgroup(Consumer.from(this.task.group(), "one"), XReadArgs.Builder.count(BATCH).block(BLOCK),
						StreamOffset.lastConsumed(this.input));
		}

		private List<byte[]> transformed(List<StreamMessage<String, byte[]>> batch) {
			return batch.stream().map((entry) -> this.probe.transform(Entries.payload(entry.getBody()))).toList();
		}

		/** A round trip for the counters of the batch. */
		private List<byte[]> counted(List<StreamMessage<String, byte[]>> batch) throws Exception {
			List<RedisFuture<Long>> counts = new ArrayList<>();
			for (StreamMessage<String, byte[]> entry : batch) {
				String key = new String(Entries.key(entry.getBody()), StandardCharsets.UTF_8);
				counts.add(this.writing.async().hincrby(this.counters, key, 1));
			}
			this.writing.flushCommands();
			List<byte[]> outputs = new ArrayList<>();
			for (int i = 0; i < counts.size(); i++) {
				outputs.add(this.probe.count(Entries.payload(batch.get(i).getBody()), counts.get(i).get()));
			}
			return outputs;
		}

		private void write(List<StreamMessage<String, byte[]>> batch, List<byte[]> outputs) {
			RedisAsyncCommands<String, byte[]> commands = this.writing.async();
			List<RedisFuture<?>> answers = new ArrayList<>(batch.size() + 1);
			for (int i = 0; i < batch.size(); i++) {
				answers.add(commands.xadd(this.output, Entries.following(batch.get(i).getBody(), outputs.get(i))));
			}
			// By the same connection behind the outputs: acknowledged is what was
			// appended.
			answers.add(commands.xack(this.input, this.task.group(),
					batch.stream().map(StreamMessage::getId).toArray(String[]::new)));
			this.writing.flushCommands();
			this.unanswered = answers;
		}

		private void awaitAnswers() throws ExecutionException, InterruptedException {
			for (RedisFuture<?> answer : this.unanswered) {
				answer.get();
			}
			this.unanswered = List.of();
		}

		void close() throws Exception {
			awaitAnswers();
			this.reading.close();
			this.writing.close();
		}

	}

}
