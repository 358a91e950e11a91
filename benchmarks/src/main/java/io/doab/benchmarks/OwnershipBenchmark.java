package io.doab.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import io.doab.conformance.Application;
import io.doab.conformance.BackendFixture;
import io.doab.conformance.BackendFixture.Network;
import io.doab.conformance.Item;
import io.doab.conformance.kafka.KafkaFixture;
import io.doab.conformance.member.MemberBehaviour;
import io.doab.conformance.member.MemberProcess;
import io.doab.conformance.redis.RedisClusterFixture;
import io.doab.conformance.redis.RedisFixture;

/**
 * How long partitions stand still when their owners change: killed, stopped in good
 * order, joined by others.
 *
 * <pre>{@code
 * mvn -q -pl benchmarks -am package -DskipTests
 * java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.doab.benchmarks.OwnershipBenchmark redis redis-cluster kafka
 * }</pre>
 */
public final class OwnershipBenchmark {

	private static final int ROUNDS = 5;

	private static final int STATE_ENTRIES = 10_000;

	private static final int FEW = 3;

	private static final int MANY = 64;

	private static final Duration INTERVAL = Duration.ofMillis(10);

	/** With many partitions: what two cores do beside members that start. */
	private static final Duration LONG_INTERVAL = Duration.ofMillis(50);

	private final String backend;

	private final BackendFixture fixture;

	private OwnershipBenchmark(String backend, BackendFixture fixture) {
		this.backend = backend;
		this.fixture = fixture;
	}

	public static void main(String[] arguments) {
		List<String> backends = (arguments.length > 0) ? List.of(arguments)
				: List.of("redis", "redis-cluster", "kafka");
		System.out.println("What partitions stand still when their owner changes, in milliseconds, over " + ROUNDS
				+ " rounds; an event every " + INTERVAL.toMillis() + " ms to each partition, with " + MANY
				+ " partitions every " + LONG_INTERVAL.toMillis() + " ms.");
		System.out.printf(Locale.ROOT, "%n%-15s %-62s %9s %8s %8s %8s%n", "backend", "what happens", "target", "median",
				"least", "most");
		for (String backend : backends) {
			try (BackendFixture fixture = fixture(backend)) {
				OwnershipBenchmark benchmark = new OwnershipBenchmark(backend, fixture);
				benchmark.killed();
				benchmark.stopped();
				benchmark.joined();
			}
		}
	}

	private static BackendFixture fixture(String backend) {
		return switch (backend) {
			case "redis" -> new RedisFixture();
			case "redis-cluster" -> new RedisClusterFixture();
			case "kafka" -> new KafkaFixture();
			default ->
				throw new IllegalArgumentException("Unknown backend '" + backend + "': redis, redis-cluster or kafka");
		};
	}

	/**
	 * The lease or session time is part of it: nobody knows sooner that a member is dead.
	 */
	private void killed() {
		List<Long> times = new ArrayList<>();
		long session = this.fixture.sessionTime().toMillis();
		for (int round = 0; round < ROUNDS; round++) {
			String name = name("killed", round);
			MemberBehaviour behaviour = behaviour("first", name).doing(MemberBehaviour.Work.COUNT);
			try (MemberProcess owner = MemberProcess.start(this.fixture, Network.OTHER, behaviour)) {
				fillState(name);
				try (Flow flow = flow(name, FEW, INTERVAL);
						Application next = new Application(this.fixture, Network.ONE, FEW)) {
					flow.awaitFlowing();
					next.start(behaviour.named("second").definition());
					Waiting.until("the other has joined", () -> !next.status(name).partitions().isEmpty());
					flow.awaitSteady();
					flow.mark();
					long killed = System.nanoTime();
					owner.kill();
					Waiting.until("the other has all", () -> next.status(name).partitions().size() == FEW);
					flow.awaitAllAfter(Math.max(killed, System.nanoTime()));
					times.add(flow.longestStandstillMillis());
				}
			}
		}
		print("owner killed (-9), 10,000 state entries a partition, session " + session + " ms",
				"<= " + (session + (this.backend.equals("kafka") ? 1_000 : 500)), times);
	}

	private void fillState(String name) {
		try (Application source = new Application(this.fixture, Network.ONE, FEW)) {
			List<Integer> numbers = IntStream.range(0, STATE_ENTRIES * FEW).boxed().toList();
			for (int from = 0; from < numbers.size(); from += 1_000) {
				source.publish(in(name),
						numbers.subList(from, from + 1_000).stream().map((i) -> Item.event("state" + i, 0)).toList());
			}
		}
	}

	private void stopped() {
		List<Long> times = new ArrayList<>();
		for (int round = 0; round < ROUNDS; round++) {
			String name = name("stopped", round);
			try (Flow flow = flow(name, FEW, INTERVAL);
					Application stays = new Application(this.fixture, Network.ONE, FEW)) {
				Application stops = new Application(this.fixture, Network.OTHER, FEW);
				try {
					stays.start(behaviour("stays", name).definition());
					stops.start(behaviour("stops", name).definition());
					Waiting.until("both own some", () -> !stays.status(name).partitions().isEmpty()
							&& !stops.status(name).partitions().isEmpty());
					flow.awaitSteady();
					flow.mark();
				}
				finally {
					stops.close();
				}
				Waiting.until("the other has all", () -> stays.status(name).partitions().size() == FEW);
				flow.awaitAllAfter(System.nanoTime());
				times.add(flow.longestStandstillMillis());
			}
		}
		print("owner stopped in good order", this.backend.startsWith("redis") ? "< 200" : "", times);
	}

	/** From one member to four. */
	private void joined() {
		List<Long> standstills = new ArrayList<>();
		List<Long> balanced = new ArrayList<>();
		for (int round = 0; round < ROUNDS; round++) {
			String name = name("joined", round);
			List<Application> members = new ArrayList<>();
			try (Flow flow = flow(name, MANY, LONG_INTERVAL)) {
				members.add(new Application(this.fixture, Network.ONE, MANY));
				members.getFirst().start(behaviour("first", name).definition());
				flow.awaitSteady();
				for (int i = 1; i < 4; i++) {
					members.add(new Application(this.fixture, Network.ONE, MANY));
				}
				flow.mark();
				long began = System.nanoTime();
				members.subList(1, 4).forEach((member) -> member.start(behaviour("joins", name).definition()));
				Waiting.until("all own as many", () -> members.stream()
					.allMatch((member) -> member.status(name).partitions().size() == MANY / 4));
				balanced.add(Duration.ofNanos(System.nanoTime() - began).toMillis());
				flow.awaitAllAfter(System.nanoTime());
				standstills.add(flow.longestStandstillMillis());
			}
			finally {
				members.forEach(Application::close);
			}
		}
		print("three members join one, 64 partitions: until all own 16", "", balanced);
		print("three members join one, 64 partitions: longest standstill", "", standstills);
	}

	private static String name(String what, int round) {
		return what + "-" + round;
	}

	private static String in(String name) {
		return name + ".in";
	}

	private static MemberBehaviour behaviour(String member, String name) {
		return MemberBehaviour.of(member, name, in(name), name + ".out");
	}

	private Flow flow(String name, int partitions, Duration interval) {
		return new Flow(this.fixture, in(name), name + ".out", partitions, interval.toNanos());
	}

	private void print(String what, String target, List<Long> millis) {
		List<Long> sorted = new ArrayList<>(millis);
		Collections.sort(sorted);
		System.out.printf(Locale.ROOT, "%-15s %-62s %9s %8d %8d %8d%n", this.backend, what, target,
				sorted.get(sorted.size() / 2), sorted.getFirst(), sorted.getLast());
	}

}
