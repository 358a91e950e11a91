package io.doab.benchmarks.harness;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Consumer;

/**
 * What a process holds when nothing comes, and when its handlers do not come back while
 * events wait: a few, and all of them. Each state has a process of its own in each round.
 */
final class MemoryRounds {

	/** Which part of the backlog is a small one: more than is in flight, all the same. */
	private static final int FEW = 10;

	private static final Duration SETTLING = Duration.ofSeconds(10);

	private final Workbench bench;

	private final Orders orders;

	private final int partitions;

	private final int rounds;

	private final Consumer<String> log;

	private final Set<String> filled = new HashSet<>();

	MemoryRounds(Workbench bench, Orders orders, int partitions, int rounds, Consumer<String> log) {
		this.bench = bench;
		this.orders = orders;
		this.partitions = partitions;
		this.rounds = rounds;
		this.log = log;
	}

	/**
	 * Runs all rounds.
	 * @param events of the large backlog
	 * @param starter starts a process
	 * @return what it held in each state; that with the small backlog is what the others
	 * are compared with
	 */
	Map<Entrant, List<Measured>> run(Entrant entrant, int events, Function<Entrant, ContenderClient> starter) {
		int few = Math.max(this.partitions, events / FEW);
		Map<Entrant, Integer> states = new LinkedHashMap<>();
		states.put(state(entrant, "rest", "at rest"), 0);
		states.put(state(entrant, "few", String.format(Locale.ROOT, "stalled before %,d events", few))
			.asBaselineOf(Workload.MEMORY), few);
		states.put(state(entrant, "many", String.format(Locale.ROOT, "stalled before %,d events", events)), events);
		return Rounds.inTurn(1, this.rounds, states,
				(state, backlog, round) -> run(entrant, state, backlog, round, starter));
	}

	private static Entrant state(Entrant entrant, String name, String title) {
		return new Entrant(entrant.backend(), entrant.name() + "-" + name, entrant.title() + ", " + title,
				entrant.workloads(), Set.of(), 1, entrant.contender());
	}

	private Measured run(Entrant entrant, Entrant state, int events, int round,
			Function<Entrant, ContenderClient> starter) {
		String group = "memory-" + state.name() + "-" + round;
		Task task = new Task(Workload.MEMORY, entrant.backend(), this.bench.address(), group, "orders-" + events,
				group + ".out", this.partitions, 1, events, this.orders.keys(), 0, 1, this.bench.pids(), null);
		if (this.filled.add(task.input())) {
			this.bench.create(task.input(), task.partitions());
			this.bench.fill(task.input(), task.partitions(), this.orders, events);
		}
		this.bench.create(task.output(), task.partitions());
		try (ContenderClient client = starter.apply(entrant)) {
			client.begin(task);
			client.mark();
			Thread.sleep(SETTLING);
			Footprint footprint = client.weigh();
			// Its handlers would not let it stop.
			client.kill();
			this.log.accept(String.format(Locale.ROOT, "  %-8s %-22s heap %,.2f MiB, process %,.0f MiB",
					Rounds.label(round), state.name(), footprint.heapMebibytes(), footprint.residentMebibytes()));
			return new Measured(Math.max(1, events), new Usage(SETTLING.toNanos(), 0, 0, 0), null, null, footprint);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

}
