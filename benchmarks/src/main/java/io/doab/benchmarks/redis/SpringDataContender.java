package io.doab.benchmarks.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.doab.benchmarks.harness.Contender;
import io.doab.benchmarks.harness.Probe;
import io.doab.benchmarks.harness.Task;
import io.doab.benchmarks.harness.Workload;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.Consumer;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer.StreamMessageListenerContainerOptions;

/**
 * Spring Data Redis as its reference shows: a listener container with a subscription for
 * each partition, whose listener adds the output and acknowledges through the template.
 * That is a round trip for each command; the container has no other way.
 */
public final class SpringDataContender implements Contender {

	private static final int BATCH = 500;

	@Override
	public AutoCloseable start(Task task, Probe probe) {
		LettuceConnectionFactory connections = new LettuceConnectionFactory(task.host(), task.port());
		connections.afterPropertiesSet();
		connections.start();
		RedisTemplate<String, byte[]> template = template(connections);
		ExecutorService threads = Executors.newFixedThreadPool(task.partitions());
		var container = StreamMessageListenerContainer.create(connections, options(threads));
		for (int partition = 0; partition < task.partitions(); partition++) {
			String input = Task.redisKey(task.input(), partition);
			String output = Task.redisKey(task.output(), partition);
			template.opsForStream().createGroup(input, ReadOffset.from("0"), task.group());
			var _ = container.receive(Consumer.from(task.group(), "one"),
					StreamOffset.create(input, ReadOffset.lastConsumed()),
					(entry) -> handle(template, task, probe, entry, output));
		}
		container.start();
		return () -> {
			container.stop();
			threads.shutdownNow();
			connections.destroy();
		};
	}

	private static StreamMessageListenerContainerOptions<String, MapRecord<String, String, byte[]>> options(
			ExecutorService threads) {
		return StreamMessageListenerContainerOptions.builder()
			.batchSize(BATCH)
			.pollTimeout(Duration.ofMillis(100))
			.executor(threads)
			.keySerializer(RedisSerializer.string())
			.hashKeySerializer(RedisSerializer.string())
			.<String, byte[]>hashValueSerializer(RedisSerializer.byteArray())
			.build();
	}

	private static RedisTemplate<String, byte[]> template(LettuceConnectionFactory connections) {
		RedisTemplate<String, byte[]> template = new RedisTemplate<>();
		template.setConnectionFactory(connections);
		template.setKeySerializer(RedisSerializer.string());
		template.setHashKeySerializer(RedisSerializer.string());
		template.setHashValueSerializer(RedisSerializer.byteArray());
		template.setValueSerializer(RedisSerializer.byteArray());
		template.afterPropertiesSet();
		return template;
	}

	private static void handle(RedisTemplate<String, byte[]> template, Task task, Probe probe,
			MapRecord<String, String, byte[]> entry, String output) {
		try {
			Map<String, byte[]> fields = entry.getValue();
			byte[] payload = Entries.payload(fields);
			byte[] result = (task.workload() == Workload.STATE) ? probe.count(payload, count(template, task, fields))
					: probe.transform(payload);
			template.<String, byte[]>opsForStream().add(output, Entries.following(fields, result));
			template.opsForStream().acknowledge(task.group(), entry);
		}
		catch (RuntimeException ex) {
			probe.failed(ex);
			throw ex;
		}
	}

	private static long count(RedisTemplate<String, byte[]> template, Task task, Map<String, byte[]> fields) {
		return template.<String, Long>opsForHash()
			.increment(task.group() + ":counters", new String(Entries.key(fields), StandardCharsets.UTF_8), 1);
	}

}
