package io.doab.benchmarks.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.doab.benchmarks.harness.Contender;
import io.doab.benchmarks.harness.Loop;
import io.doab.benchmarks.harness.Probe;
import io.doab.benchmarks.harness.Task;

import org.redisson.Redisson;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RStream;
import org.redisson.api.RStreamAsync;
import org.redisson.api.RedissonClient;
import org.redisson.api.StreamMessageId;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamCreateGroupArgs;
import org.redisson.api.stream.StreamReadGroupArgs;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.codec.CompositeCodec;
import org.redisson.config.Config;

/**
 * Redisson as its documentation shows: entries of a group are read in batches, and the
 * outputs and the acknowledgement of a batch are one pipeline ({@code RBatch}, in memory,
 * not atomic).
 */
public final class RedissonContender implements Contender {

	private static final int BATCH = 500;

	private static final CompositeCodec CODEC = new CompositeCodec(StringCodec.INSTANCE, ByteArrayCodec.INSTANCE);

	@Override
	public AutoCloseable start(Task task, Probe probe) {
		Config config = new Config();
		config.useSingleServer().setAddress("redis://" + task.address());
		RedissonClient client = Redisson.create(config);
		List<AutoCloseable> all = new ArrayList<>();
		for (int partition = 0; partition < task.partitions(); partition++) {
			String input = Task.redisKey(task.input(), partition);
			String output = Task.redisKey(task.output(), partition);
			RStream<String, byte[]> stream = client.getStream(input, CODEC);
			stream.createGroup(StreamCreateGroupArgs.name(task.group()).id(StreamMessageId.ALL).makeStream());
			all.add(Loop.start("redisson-" + partition, probe, () -> step(client, stream, output, task, probe), () -> {
			}));
		}
		return () -> {
			for (AutoCloseable loop : all) {
				loop.close();
			}
			client.shutdown();
		};
	}

	private static void step(RedissonClient client, RStream<String, byte[]> stream, String output, Task task,
			Probe probe) {
		Map<StreamMessageId, Map<String, byte[]>> entries = stream.readGroup(task.group(), "one",
				StreamReadGroupArgs.neverDelivered().count(BATCH).timeout(Duration.ofMillis(100)));
		if (entries.isEmpty()) {
			return;
		}
		RBatch batch = client.createBatch(BatchOptions.defaults());
		RStreamAsync<String, byte[]> outputs = batch.getStream(output, CODEC);
		entries.values().forEach((entry) -> {
			var _ = outputs
				.addAsync(StreamAddArgs.entries(Entries.following(entry, probe.transform(Entries.payload(entry)))));
		});
		var _ = batch.<String, byte[]>getStream(stream.getName(), CODEC)
			.ackAsync(task.group(), entries.keySet().toArray(StreamMessageId[]::new));
		batch.execute();
	}

}
