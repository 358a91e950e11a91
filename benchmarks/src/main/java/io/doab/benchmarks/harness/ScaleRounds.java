package io.doab.benchmarks.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * What an event costs where one thing is larger or smaller than usual: each time, the
 * usual and the other in turn, by one process that has done the usual once before.
 */
final class ScaleRounds {

	private final Workbench bench;

	private final IntFunction<Orders> ordersOfKeys;

	private final int rounds;

	private final Consumer<String> log;

	/**
	 * Creates them.
	 * @param ordersOfKeys gives orders of so many keys
	 */
	ScaleRounds(Workbench bench, IntFunction<Orders> ordersOfKeys, int rounds, Consumer<String> log) {
		this.bench = bench;
		this.ordersOfKeys = ordersOfKeys;
		this.rounds = rounds;
		this.log = log;
	}

	/**
	 * Runs all rounds.
	 * @param usual what the others are compared with
	 * @return what the usual gave in all rounds, and each of the others against it
	 */
	List<Outcome> run(Entrant entrant, ContenderClient client, Scale usual, List<Scale> others) {
		Entrant base = named(entrant, usual).asBaselineOf(Workload.SCALE);
		BacklogRounds usualRounds = backlog(usual);
		this.log.accept(" " + usual.what());
		usualRounds.run(base, client, 0);
		List<Measured> allOfUsual = new ArrayList<>();
		List<Outcome> outcomes = new ArrayList<>();
		for (Scale other : others) {
			this.log.accept(" " + other.what());
			Entrant another = named(entrant, other);
			BacklogRounds otherRounds = backlog(other);
			Map<Entrant, BacklogRounds> both = new LinkedHashMap<>();
			both.put(base, usualRounds);
			both.put(another, otherRounds);
			int before = allOfUsual.size();
			Map<Entrant, List<Measured>> measured = Rounds.warmInTurn(this.rounds, both,
					(scaled, backlog, round) -> backlog.run(scaled, client, before + round));
			otherRounds.removeBacklogs();
			List<Measured> ofUsual = measured.getOrDefault(base, List.of());
			allOfUsual.addAll(ofUsual);
			outcomes.add(Outcome.of(another, Workload.SCALE, measured.getOrDefault(another, List.of()), ofUsual));
		}
		usualRounds.removeBacklogs();
		outcomes.addFirst(Outcome.of(base, Workload.SCALE, allOfUsual, allOfUsual));
		return outcomes;
	}

	private BacklogRounds backlog(Scale scale) {
		return new BacklogRounds(this.bench, new BacklogRounds.Settings(scale.label(), scale.workload(), 1, this.rounds,
				scale.events(), scale.partitions(), scale.members(), 0, null), this.ordersOfKeys.apply(scale.keys()),
				this.log);
	}

	private static Entrant named(Entrant entrant, Scale scale) {
		return new Entrant(entrant.backend(), entrant.name(), scale.what(), entrant.workloads(), Set.of(), 1,
				entrant.contender());
	}

}
