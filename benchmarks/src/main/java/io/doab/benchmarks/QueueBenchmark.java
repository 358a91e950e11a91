package io.doab.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

import io.doab.conformance.Application;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.Item;
import io.doab.conformance.kafka.KafkaFixture;
import io.doab.conformance.redis.RedisFixture;
import io.doab.stream.QueueDefinition;
import io.doab.stream.QueueOutcome;

/**
 * How many events a second one consumer of a queue acknowledges whose handler does
 * nothing: the cost of delivery and acknowledgement.
 *
 * <pre>{@code
 * mvn -q -pl benchmarks -am package -DskipTests
 * java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.doab.benchmarks.QueueBenchmark redis kafka
 * }</pre>
 */
public final class QueueBenchmark {

	private static final int ROUNDS = 3;

	private static final int EVENTS = 50_000;

	private QueueBenchmark() {
	}

	public static void main(String[] arguments) {
		List<String> backends = (arguments.length > 0) ? List.of(arguments) : List.of("redis", "kafka");
		System.out.printf(Locale.ROOT, "%-8s %10s %10s %10s   events/s of %,d, 3 partitions, 2,048 in flight%n",
				"backend", "median", "least", "most", EVENTS);
		for (String backend : backends) {
			try (BackendFixture fixture = backend.equals("kafka") ? new KafkaFixture() : new RedisFixture()) {
				List<Long> rates = new ArrayList<>();
				for (int round = 0; round < ROUNDS; round++) {
					rates.add(rate(fixture, "queue-" + round));
				}
				Collections.sort(rates);
				System.out.printf(Locale.ROOT, "%-8s %10d %10d %10d%n", backend, rates.get(ROUNDS / 2),
						rates.getFirst(), rates.getLast());
			}
		}
	}

	private static long rate(BackendFixture fixture, String name) {
		AtomicInteger handled = new AtomicInteger();
		QueueDefinition queue = QueueDefinition.named(name).on(name + ".in", Item.class, (event, context) -> {
			handled.incrementAndGet();
			return QueueOutcome.acknowledge();
		}).maxInFlightEvents(2_048).build();
		try (Application source = new Application(fixture, Network.ONE);
				Application consumer = new Application(fixture, Network.ONE)) {
			source.publish(name + ".in", Item.events(EVENTS, 1_000));
			consumer.start(queue);
			// What it takes to join is no part of it.
			Waiting.until("it has begun", () -> handled.get() > 0);
			int before = handled.get();
			long began = System.nanoTime();
			Waiting.until("all are acknowledged", () -> handled.get() >= EVENTS);
			return (EVENTS - before) * 1_000_000_000L / (System.nanoTime() - began);
		}
	}

}
