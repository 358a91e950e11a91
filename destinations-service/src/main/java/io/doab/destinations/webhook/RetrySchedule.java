package io.doab.destinations.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The pauses between the attempts of one delivery.
 *
 * @param delays the pause after the first attempt, after the second, and so on; after one
 * more the delivery is given up
 * @param jitter the part of a pause that is random, 0 to 1
 */
record RetrySchedule(List<Duration> delays, double jitter) {

	RetrySchedule {
		delays = List.copyOf(delays);
	}

	/** The pause after so many attempts, or empty when there were enough. */
	Optional<Duration> after(int attempts) {
		if (attempts > this.delays.size()) {
			return Optional.empty();
		}
		double factor = 1 + this.jitter * (2 * ThreadLocalRandom.current().nextDouble() - 1);
		return Optional.of(Duration.ofMillis(Math.round(this.delays.get(attempts - 1).toMillis() * factor)));
	}

	/** The longest pause that may follow after so many attempts, whatever they were. */
	Duration lastOr(int attempts) {
		return after(Math.min(attempts, this.delays.size())).orElse(Duration.ZERO);
	}

}
