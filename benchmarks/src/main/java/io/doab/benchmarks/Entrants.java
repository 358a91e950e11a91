package io.doab.benchmarks;

import java.util.List;
import java.util.Set;

import io.doab.benchmarks.doab.DoabContender;
import io.doab.benchmarks.harness.Contender;
import io.doab.benchmarks.harness.Entrant;
import io.doab.benchmarks.harness.Workload;
import io.doab.benchmarks.kafka.AtLeastOnceContender;
import io.doab.benchmarks.kafka.CloudStreamContender;
import io.doab.benchmarks.kafka.KafkaStreamsContender;
import io.doab.benchmarks.kafka.ParallelConsumerContender;
import io.doab.benchmarks.kafka.SpringKafkaContender;
import io.doab.benchmarks.kafka.TransactionalContender;
import io.doab.benchmarks.redis.LettuceContender;
import io.doab.benchmarks.redis.RedissonContender;
import io.doab.benchmarks.redis.SpringDataContender;

import static io.doab.benchmarks.harness.Workload.BLOCKING;
import static io.doab.benchmarks.harness.Workload.LATENCY;
import static io.doab.benchmarks.harness.Workload.MEMORY;
import static io.doab.benchmarks.harness.Workload.PUBLISH;
import static io.doab.benchmarks.harness.Workload.SCALE;
import static io.doab.benchmarks.harness.Workload.STATE;
import static io.doab.benchmarks.harness.Workload.TAKEOVER;
import static io.doab.benchmarks.harness.Workload.TRANSFORM;

/**
 * All contenders, in the order in which they run.
 */
final class Entrants {

	private static final String REDIS = "redis";

	private static final String KAFKA = "kafka";

	private static final Set<Workload> DOAB = Set.of(TRANSFORM, STATE, BLOCKING, LATENCY, PUBLISH, SCALE, TAKEOVER,
			MEMORY);

	private static final List<Entrant> ALL = List.of(
			entrant(REDIS, "doab", "Doab, ATOMIC", DOAB, new DoabContender()).asBaselineOf(BLOCKING),
			entrant(REDIS, "lettuce", "Lettuce, pipelined by hand, not atomic",
					Set.of(TRANSFORM, STATE, LATENCY, PUBLISH), new LettuceContender())
				.asBaselineOf(TRANSFORM, STATE, LATENCY, PUBLISH),
			entrant(REDIS, "spring-data", "Spring Data Redis listener container", Set.of(TRANSFORM, STATE),
					new SpringDataContender())
				.withShare(0.1),
			entrant(REDIS, "redisson", "Redisson, batches", Set.of(TRANSFORM), new RedissonContender()),
			entrant(KAFKA, "doab", "Doab, ATOMIC", DOAB, new DoabContender()),
			entrant(KAFKA, "transactional", "kafka-clients, transactions", Set.of(TRANSFORM, LATENCY, TAKEOVER),
					new TransactionalContender())
				.asBaselineOf(TRANSFORM, LATENCY, TAKEOVER),
			entrant(KAFKA, "at-least-once", "kafka-clients, at least once, commits of 100 ms",
					Set.of(TRANSFORM, PUBLISH), new AtLeastOnceContender())
				.asBaselineOf(PUBLISH),
			entrant(KAFKA, "kafka-streams", "Kafka Streams, exactly_once_v2", Set.of(TRANSFORM, STATE, TAKEOVER),
					new KafkaStreamsContender(true))
				.asBaselineOf(STATE),
			entrant(KAFKA, "kafka-streams-memory", "Kafka Streams, exactly_once_v2, store in memory", Set.of(STATE),
					new KafkaStreamsContender(false)),
			entrant(KAFKA, "spring-kafka-batch", "Spring Kafka, batch listener, transactions",
					Set.of(TRANSFORM, TAKEOVER), new SpringKafkaContender(true, true)),
			entrant(KAFKA, "spring-kafka-record-transactions", "Spring Kafka, record listener, transactions",
					Set.of(TRANSFORM), new SpringKafkaContender(false, true))
				.withShare(0.002),
			entrant(KAFKA, "spring-kafka-batch-at-least-once", "Spring Kafka, batch listener, at least once",
					Set.of(TRANSFORM), new SpringKafkaContender(true, false)),
			entrant(KAFKA, "spring-kafka-record-at-least-once", "Spring Kafka, record listener, at least once",
					Set.of(TRANSFORM), new SpringKafkaContender(false, false))
				.withShare(0.002),
			entrant(KAFKA, "spring-cloud-stream", "Spring Cloud Stream binder, batches, transactions",
					Set.of(TRANSFORM), new CloudStreamContender()),
			entrant(KAFKA, "parallel-consumer", "Confluent Parallel Consumer, order per key", Set.of(BLOCKING),
					new ParallelConsumerContender())
				.asBaselineOf(BLOCKING),
			entrant(KAFKA, "spring-kafka-record", "Spring Kafka, record listener", Set.of(BLOCKING),
					new SpringKafkaContender(false, false))
				.withShare(0.02));

	private Entrants() {
	}

	private static Entrant entrant(String backend, String name, String title, Set<Workload> workloads,
			Contender contender) {
		return new Entrant(backend, name, title, workloads, Set.of(), 1, contender);
	}

	/** Those of a workload on a backend, in the order in which they run. */
	static List<Entrant> of(Workload workload, String backend) {
		return ALL.stream()
			.filter((entrant) -> entrant.backend().equals(backend) && entrant.workloads().contains(workload))
			.toList();
	}

	/** One of them. */
	static Entrant of(String backend, String name) {
		return ALL.stream()
			.filter((entrant) -> entrant.backend().equals(backend) && entrant.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("There is no contender " + name + " on " + backend));
	}

}
