package io.doab.benchmarks.harness;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Rounds over a backlog: in each, every contender in turn does the same work from the
 * same input under a group of its own. The first rounds warm up and do not count.
 */
final class BacklogRounds {

	private static final int CONCURRENCY = 1_000;

	private final Workbench bench;

	private final Settings settings;

	private final Orders orders;

	private final Consumer<String> log;

	private final Set<String> filled = new HashSet<>();

	BacklogRounds(Workbench bench, Settings settings, Orders orders, Consumer<String> log) {
		this.bench = bench;
		this.settings = settings;
		this.orders = orders;
		this.log = log;
	}

	/**
	 * Runs all rounds.
	 * @param contenders with their processes
	 * @return what each needed in each measured round
	 * @throws UnsoundRunException when one lost, doubled or reordered an event, in the
	 * first rounds as well
	 */
	Map<Entrant, List<Measured>> run(Map<Entrant, ContenderClient> contenders) {
		return Rounds.inTurn(this.settings.warmUps(), this.settings.rounds(), contenders, this::run);
	}

	/**
	 * Runs one contender once.
	 * @throws UnsoundRunException when it lost, doubled or reordered an event
	 */
	Measured run(Entrant entrant, ContenderClient client, int round) {
		Task task = task(entrant, round);
		if (task.publication() == null && this.filled.add(task.input())) {
			this.bench.fill(task.input(), task.partitions(), this.orders, task.events());
		}
		this.bench.create(task.output(), task.partitions());
		Measured once = client.run(task);
		Soundness own = once.soundness();
		Soundness soundness = (own != null) ? own : this.bench.count(task);
		soundness.require(entrant.name() + " on " + entrant.backend() + ", round " + round + ",");
		this.bench.tidy(task);
		tell(entrant, once, round);
		return once;
	}

	/** Removes the backlogs: of others there is to be room. */
	void removeBacklogs() {
		this.filled.forEach((stream) -> this.bench.remove(stream, this.settings.partitions()));
		this.filled.clear();
	}

	private Task task(Entrant entrant, int round) {
		int events = entrant.eventsOf(this.settings.events());
		String group = this.settings.name() + "-" + entrant.name() + "-" + round;
		return new Task(this.settings.workload(), entrant.backend(), this.bench.address(), group,
				this.settings.name() + "-orders-" + events, group + ".out", this.settings.partitions(),
				this.settings.members(), events, this.orders.keys(), this.settings.handlerMillis(), CONCURRENCY,
				this.bench.pids(), this.settings.publication());
	}

	private void tell(Entrant entrant, Measured once, int round) {
		this.log.accept(String.format(Locale.ROOT, "  %-8s %-22s %,12.0f events/s", Rounds.label(round), entrant.name(),
				once.eventsPerSecond()));
	}

	/**
	 * How a workload is run.
	 *
	 * @param name what groups and streams are named after
	 * @param warmUps rounds before those that are measured
	 * @param rounds that are measured
	 * @param events of the backlog
	 * @param members of the group
	 * @param handlerMillis how long a handler blocks that does
	 * @param publication how events are published, where that is all there is to do
	 */
	record Settings(String name, Workload workload, int warmUps, int rounds, int events, int partitions, int members,
			int handlerMillis, @Nullable Publication publication) {

	}

}
