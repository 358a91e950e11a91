package io.doab.benchmarks.harness;

import java.util.List;

/**
 * What one workload gave on one backend.
 *
 * @param variant what distinguishes it from others of the same workload, or empty
 * @param events how many a contender with the whole share was given
 */
public record Result(Workload workload, String backend, String variant, int events, List<Outcome> outcomes) {

	public Result {
		outcomes = List.copyOf(outcomes);
	}

	public String title() {
		return this.workload.label() + " on " + this.backend + (this.variant.isEmpty() ? "" : ", " + this.variant)
				+ ": " + this.workload.title();
	}

}
