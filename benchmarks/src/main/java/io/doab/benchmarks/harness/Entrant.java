package io.doab.benchmarks.harness;

import java.util.Set;

/**
 * A contender and where it takes part.
 *
 * @param backend redis or kafka
 * @param name what it is called in reports
 * @param title what it is
 * @param workloads what it is measured by
 * @param baselineOf those in which it is what others are compared with
 * @param share which part of the events it is given, 1 for all: one whose rate is a
 * hundredth of the others' would take hours, and its rate does not change
 */
public record Entrant(String backend, String name, String title, Set<Workload> workloads, Set<Workload> baselineOf,
		double share, Contender contender) {

	public Entrant {
		workloads = Set.copyOf(workloads);
		baselineOf = Set.copyOf(baselineOf);
	}

	/** The same with a part of the events. */
	public Entrant withShare(double part) {
		return new Entrant(this.backend, this.name, this.title, this.workloads, this.baselineOf, part, this.contender);
	}

	/** The same as what others are compared with. */
	public Entrant asBaselineOf(Workload... compared) {
		return new Entrant(this.backend, this.name, this.title, this.workloads, Set.of(compared), this.share,
				this.contender);
	}

	/** Of so many events those that it is given. */
	public int eventsOf(int all) {
		return Math.max(1, (int) Math.round(all * this.share));
	}

}
