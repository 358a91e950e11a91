package io.doab.benchmarks.doab;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.doab.benchmarks.harness.CloudEvent;
import io.doab.benchmarks.harness.Contender;
import io.doab.benchmarks.harness.Probe;
import io.doab.benchmarks.harness.Publishing;
import io.doab.benchmarks.harness.Task;
import io.doab.benchmarks.harness.Workload;
import io.doab.benchmarks.kafka.Clients;
import io.doab.stream.Event;
import io.doab.stream.KeyedState;
import io.doab.stream.ProcessingContext;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamDefinition;
import io.doab.stream.engine.EngineTime;
import io.doab.stream.engine.StreamCatalog;
import io.doab.stream.engine.StreamEngine;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.kafka.KafkaSettings;
import io.doab.stream.kafka.KafkaStreamBackend;
import io.doab.stream.observe.ProcessorMetrics;
import io.doab.stream.redis.RedisSettings;
import io.doab.stream.redis.RedisStreamBackend;
import io.doab.stream.spi.StreamBackend;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Doab with the settings that it has by default: order per key, what it is in an
 * application but for the metrics. Only where handlers block as many may run as others
 * are given workers.
 */
public final class DoabContender implements Contender {

	private static final String COUNT = "count";

	@Override
	public AutoCloseable start(Task task, Probe probe) throws Exception {
		List<AutoCloseable> members = new ArrayList<>();
		for (int member = 0; member < task.members(); member++) {
			members.add(member(task, probe));
		}
		return () -> {
			for (AutoCloseable member : members) {
				member.close();
			}
		};
	}

	/** An engine with connections of its own. */
	private AutoCloseable member(Task task, Probe probe) {
		StreamBackend backend = backend(task);
		StreamCatalog catalog = new StreamCatalog(backend, List.of(),
				StreamDefinition.of("default").withPartitions(task.partitions()));
		StreamEngine engine = new StreamEngine(backend, catalog, new JsonPayloadCodec(),
				EngineTime.system(Clock.systemUTC()), (name) -> ProcessorMetrics.none());
		if (task.workload() == Workload.PUBLISH) {
			catalog.declare(List.of(task.output()));
			return Publishing.start(task, probe, new DoabPublishing(task, engine, backend));
		}
		engine.start(List.of(definition(task, probe)));
		return () -> {
			engine.close();
			backend.close();
		};
	}

	/** A backend over the task's server. The caller closes it. */
	public static StreamBackend backend(Task task) {
		if (task.backend().equals("redis")) {
			return RedisStreamBackend.create(new LettuceConnectionFactory(task.host(), task.port()),
					RedisSettings.defaults());
		}
		return KafkaStreamBackend.create(Clients.consumer(task), Clients.producer(task),
				Map.of("bootstrap.servers", task.address()), KafkaSettings.defaults());
	}

	private ProcessorDefinition definition(Task task, Probe probe) {
		ProcessorDefinition.Builder builder = ProcessorDefinition.named(task.group());
		return switch (task.workload()) {
			case STATE ->
				builder.on(task.input(), byte[].class, (event, context) -> count(event, context, task.output(), probe))
					.state(COUNT, Long.class)
					.output(task.output())
					.build();
			case BLOCKING -> builder.on(task.input(), byte[].class, (event, context) -> probe.block(event.data()))
				.concurrency(task.concurrency())
				.build();
			case MEMORY -> builder.on(task.input(), byte[].class, (event, context) -> probe.stall()).build();
			default -> builder.on(task.input(), byte[].class,
					(event, context) -> context.emit(task.output(), CloudEvent.ACCEPTED, probe.transform(event.data())))
				.output(task.output())
				.build();
		};
	}

	private static void count(Event<byte[]> event, ProcessingContext context, String output, Probe probe) {
		KeyedState<Long> state = context.state(COUNT, Long.class);
		long count = state.get().orElse(0L) + 1;
		state.put(count);
		context.emit(output, CloudEvent.ACCEPTED, probe.count(event.data(), count));
	}

}
