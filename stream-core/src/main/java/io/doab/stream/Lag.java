package io.doab.stream;

import java.time.Duration;

/**
 * What a group has not done of a partition: the events that the log holds beyond the
 * group's prefix, without those that it has done out of order. It means the same on both
 * backends. An event that waits for its next attempt in the group's store is done in this
 * sense: it is parked, and counted as such.
 *
 * <p>
 * Up to {@link #COUNTED} events beyond the prefix are counted one by one, so that neither
 * removed entries nor Kafka's transaction marks are among them. What is more than that is
 * reckoned by the server's own counters, and may then count those.
 *
 * @param events how many
 * @param exact whether they were counted
 * @param age how long ago the oldest of them was stored; zero when there is none
 */
public record Lag(long events, boolean exact, Duration age) {

	/** Nothing is left to do. */
	public static final Lag NONE = new Lag(0, true, Duration.ZERO);

	/** So many events are counted one by one. */
	public static final int COUNTED = 1_000;

	/** Both together: the sum of the events and the greater age. */
	public Lag plus(Lag other) {
		return new Lag(this.events + other.events, this.exact && other.exact,
				(this.age.compareTo(other.age) > 0) ? this.age : other.age);
	}

}
