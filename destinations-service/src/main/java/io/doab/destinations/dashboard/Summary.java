package io.doab.destinations.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The state of things at a moment.
 *
 * @param streams each stream with its counts
 * @param outcomes what results there were within the last hour, by stream
 * @param orders those about which something became known last, latest first
 */
record Summary(Instant at, List<StreamCounts> streams, List<Outcome> outcomes, List<OrderLine> orders) {

	/** What may have changed within the last seconds. */
	Summary recent(int seconds) {
		return new Summary(this.at, this.streams.stream()
			.map((counts) -> new StreamCounts(counts.stream(), counts.seconds().last(seconds, Duration.ofSeconds(1)),
					counts.minutes().last(2, Duration.ofMinutes(1))))
			.toList(), this.outcomes, this.orders);
	}

	/**
	 * The counts of a stream.
	 *
	 * @param seconds events of each second
	 * @param minutes events of each minute of the last hour
	 */
	record StreamCounts(String stream, Series seconds, Series minutes) {

	}

	/**
	 * Counts one after the other.
	 *
	 * @param from when the first begins
	 */
	record Series(Instant from, long[] counts) {

		private Series last(int size, Duration each) {
			int first = Math.max(0, this.counts.length - size);
			return new Series(this.from.plus(each.multipliedBy(first)),
					Arrays.copyOfRange(this.counts, first, this.counts.length));
		}

	}

	/** How often a result came out. */
	record Outcome(String stream, String type, String reason, long events) {

	}

}
