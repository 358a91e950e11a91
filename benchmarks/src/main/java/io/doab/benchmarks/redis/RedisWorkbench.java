package io.doab.benchmarks.redis;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

import io.doab.benchmarks.harness.CloudEvent;
import io.doab.benchmarks.harness.EventCount;
import io.doab.benchmarks.harness.Loop;
import io.doab.benchmarks.harness.Orders;
import io.doab.benchmarks.harness.OutputCount;
import io.doab.benchmarks.harness.Pause;
import io.doab.benchmarks.harness.Soundness;
import io.doab.benchmarks.harness.Task;
import io.doab.benchmarks.harness.Workbench;
import io.doab.benchmarks.harness.Workload;
import io.doab.servers.Ports;
import io.doab.servers.RedisServer;
import io.doab.stream.Partitioner;
import io.lettuce.core.Limit;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;

/**
 * A Redis server with its append-only file on, synchronised each second, as it is by
 * default. The file is rewritten between tasks only, never while something is measured.
 */
public final class RedisWorkbench implements Workbench {

	private static final int BATCH = 1_000;

	private static final Duration LIMIT = Duration.ofMinutes(5);

	private final RedisServer server;

	private final RedisClient client;

	private final StatefulRedisConnection<String, byte[]> connection;

	public RedisWorkbench(Path folder) {
		this.server = RedisServer.start(Ports.free(), folder, "--auto-aof-rewrite-percentage", "0");
		this.client = RedisClient.create("redis://" + address());
		this.connection = this.client.connect(Entries.CODEC);
	}

	@Override
	public String address() {
		return "localhost:" + this.server.port();
	}

	@Override
	public List<Long> pids() {
		return List.of(this.server.process().pid());
	}

	@Override
	public void fill(String stream, int partitions, Orders orders, int events) {
		try (StatefulRedisConnection<String, byte[]> writing = this.client.connect(Entries.CODEC)) {
			writing.setAutoFlushCommands(false);
			for (int from = 0; from < events; from += BATCH) {
				List<RedisFuture<String>> answers = new ArrayList<>(BATCH);
				for (int number = from; number < Math.min(events, from + BATCH); number++) {
					answers.add(append(writing.async(), stream, partitions, orders, number));
				}
				writing.flushCommands();
				if (!LettuceFutures.awaitAll(LIMIT, answers.toArray(RedisFuture[]::new))) {
					throw new IllegalStateException("Redis did not take the backlog");
				}
			}
		}
	}

	private static RedisFuture<String> append(RedisAsyncCommands<String, byte[]> commands, String stream,
			int partitions, Orders orders, int number) {
		String key = orders.key(number);
		return commands.xadd(Task.redisKey(stream, Partitioner.partition(key, partitions)), Entries
			.of(orders.id(number), CloudEvent.RECEIVED, key.getBytes(StandardCharsets.UTF_8), orders.payload(number)));
	}

	/** A stream is there when something writes it. */
	@Override
	public void create(String stream, int partitions) {
	}

	@Override
	public long size(String stream, int partitions) {
		long size = 0;
		for (int partition = 0; partition < partitions; partition++) {
			size += commands().xlen(Task.redisKey(stream, partition));
		}
		return size;
	}

	@Override
	public Soundness count(Task task) {
		OutputCount count = new OutputCount(task);
		for (int partition = 0; partition < task.partitions(); partition++) {
			String key = Task.redisKey(task.output(), partition);
			Range<String> rest = Range.unbounded();
			List<StreamMessage<String, byte[]>> entries = commands().xrange(key, rest, Limit.from(BATCH));
			while (!entries.isEmpty()) {
				entries.forEach((entry) -> count.add(Entries.payload(entry.getBody())));
				rest = Range.from(Range.Boundary.excluding(entries.getLast().getId()), Range.Boundary.unbounded());
				entries = commands().xrange(key, rest, Limit.from(BATCH));
			}
		}
		return count.soundness();
	}

	@Override
	public void remove(String stream, int partitions) {
		for (int partition = 0; partition < partitions; partition++) {
			commands().unlink(Task.redisKey(stream, partition));
		}
		rewrite();
	}

	@Override
	public void tidy(Task task) {
		for (int partition = 0; partition < task.partitions(); partition++) {
			commands().unlink(Task.redisKey(task.output(), partition));
			if (task.workload() != Workload.PUBLISH) {
				commands().xgroupDestroy(Task.redisKey(task.input(), partition), task.group());
			}
		}
		commands().keys("*" + task.group() + ":*").forEach((key) -> commands().unlink(key));
		rewrite();
	}

	/** So that the file does not grow over all rounds. */
	private void rewrite() {
		commands().bgrewriteaof();
		Pause.until("the append-only file is rewritten", LIMIT, () -> {
			String info = commands().info("persistence");
			return info.contains("aof_rewrite_in_progress:0") && info.contains("aof_rewrite_scheduled:0");
		});
	}

	private RedisCommands<String, byte[]> commands() {
		return this.connection.sync();
	}

	@Override
	public Sender sender(String stream, int partitions, Orders orders) {
		StatefulRedisConnection<String, byte[]> sending = this.client.connect(Entries.CODEC);
		return new Sender() {
			@Override
			public void send(int number) {
				var _ = append(sending.async(), stream, partitions, orders, number);
			}

			@Override
			public void close() {
				sending.close();
			}
		};
	}

	@Override
	public AutoCloseable sink(String stream, int partitions, IntConsumer arrived) {
		StatefulRedisConnection<String, byte[]> reading = this.client.connect(Entries.CODEC);
		String[] last = new String[partitions];
		Arrays.fill(last, "0");
		return Loop.start("sink", () -> {
			List<StreamOffset<String>> from = new ArrayList<>();
			for (int partition = 0; partition < partitions; partition++) {
				from.add(StreamOffset.from(Task.redisKey(stream, partition), last[partition]));
			}
			@SuppressWarnings({ "unchecked", "rawtypes" })
			StreamOffset<String>[] offsets = from.toArray(new StreamOffset[0]);
			for (StreamMessage<String, byte[]> entry : reading.sync()
				.xread(XReadArgs.Builder.block(Duration.ofMillis(100)), offsets)) {
				arrived.accept(Orders.number(Entries.payload(entry.getBody())));
				last[partitionOf(entry.getStream())] = entry.getId();
			}
		}, reading::close);
	}

	private static int partitionOf(String key) {
		return Integer.parseInt(key.substring(key.indexOf("{P") + 2, key.length() - 1));
	}

	@Override
	public void close() {
		this.connection.close();
		this.client.shutdown();
		this.server.close();
	}

}
