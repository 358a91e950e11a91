package io.doab.benchmarks.harness;

import java.util.Arrays;
import java.util.Collection;

/**
 * What several rounds gave: the one in the middle, and how far they are apart.
 *
 * @param median the middle one; of an even number the mean of the two in the middle
 */
public record Statistics(double median, double least, double most) {

	/**
	 * Those of values.
	 * @throws IllegalArgumentException when there are none
	 */
	public static Statistics of(Collection<Double> values) {
		if (values.isEmpty()) {
			throw new IllegalArgumentException("No rounds were measured");
		}
		double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		double median = (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
		return new Statistics(median, sorted[0], sorted[sorted.length - 1]);
	}

	/** How far the rounds are apart, as a part of the median. */
	public double spread() {
		return (this.median == 0) ? 0 : (this.most - this.least) / this.median;
	}

}
