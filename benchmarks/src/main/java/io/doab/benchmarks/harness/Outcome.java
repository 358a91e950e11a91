package io.doab.benchmarks.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

import io.doab.benchmarks.harness.Measured.Latency;

import org.jspecify.annotations.Nullable;

/**
 * What one contender needed over all rounds of one workload.
 *
 * @param baseline whether the others are compared with it
 * @param rounds one for each measured round, in their order
 * @param ratios to the baseline in the same round: of events a second, above 1 where it
 * is better, or of the 99th percentile or the heap, below 1 where it is better; without a
 * baseline none
 */
public record Outcome(String name, String title, boolean baseline, List<Measured> rounds, List<Double> ratios) {

	public Outcome {
		rounds = List.copyOf(rounds);
		ratios = List.copyOf(ratios);
	}

	/**
	 * That of a contender.
	 * @param base the rounds of the baseline, or null when there is none
	 */
	static Outcome of(Entrant entrant, Workload workload, List<Measured> rounds, @Nullable List<Measured> base) {
		List<Double> ratios = new ArrayList<>();
		for (int round = 0; base != null && round < rounds.size(); round++) {
			ratios.add(ratio(rounds.get(round), base.get(round)));
		}
		return new Outcome(entrant.name(), entrant.title(), entrant.baselineOf().contains(workload), rounds, ratios);
	}

	private static double ratio(Measured one, Measured base) {
		Footprint footprint = one.footprint();
		Footprint baseFootprint = base.footprint();
		if (footprint != null && baseFootprint != null) {
			return (double) footprint.heapBytes() / baseFootprint.heapBytes();
		}
		Latency latency = one.latency();
		Latency baseLatency = base.latency();
		return (latency != null && baseLatency != null) ? latency.p99() / baseLatency.p99()
				: one.eventsPerSecond() / base.eventsPerSecond();
	}

	/** What the rounds gave of a figure. */
	public Statistics of(ToDoubleFunction<Measured> figure) {
		return Statistics.of(this.rounds.stream().map(figure::applyAsDouble).toList());
	}

	/** What the rounds gave of a cost, or null where it was not measured. */
	@Nullable Statistics cost(ToDoubleFunction<Measured> figure) {
		Statistics cost = of(figure);
		return (cost.most() > 0) ? cost : null;
	}

	/** The ratio to the baseline of the same run, or null without one. */
	public @Nullable Statistics ratio() {
		return this.ratios.isEmpty() ? null : Statistics.of(this.ratios);
	}

	/** Whether it was measured how long events took. */
	public boolean hasLatency() {
		return this.rounds.getFirst().latency() != null;
	}

	/** Whether it was measured what the process held. */
	public boolean hasFootprint() {
		return this.rounds.getFirst().footprint() != null;
	}

	/** What the rounds gave of what the process held. */
	public Statistics ofFootprint(ToDoubleFunction<Footprint> figure) {
		return of((round) -> {
			Footprint footprint = round.footprint();
			return (footprint != null) ? figure.applyAsDouble(footprint) : 0;
		});
	}

	/** What the rounds gave of a percentile. */
	public Statistics ofLatency(ToDoubleFunction<Latency> figure) {
		return of((round) -> {
			Latency latency = round.latency();
			return (latency != null) ? figure.applyAsDouble(latency) : 0;
		});
	}

}
