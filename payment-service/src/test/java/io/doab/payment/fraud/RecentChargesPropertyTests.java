package io.doab.payment.fraud;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bounded window against one that forgets nothing.
 */
class RecentChargesPropertyTests {

	private static final Duration WINDOW = Duration.ofSeconds(60);

	@Property
	void asLongAsTimeGoesForwardItCountsAsOneThatForgetsNothing(
			@ForAll @Size(max = 60) List<@IntRange(max = 30_000) Integer> pauses,
			@ForAll @IntRange(min = 1, max = 8) int limit) {
		RecentCharges bounded = RecentCharges.NONE;
		List<Long> all = new ArrayList<>();
		long now = 0;
		for (int pause : pauses) {
			now += pause;
			long at = now;
			all.add(at);
			bounded = bounded.latest(limit).with(Instant.ofEpochMilli(at));
			long inWindow = all.stream().filter((time) -> time > at - WINDOW.toMillis()).count();
			assertThat(bounded.exceed(limit, WINDOW)).isEqualTo(inWindow > limit);
			bounded = bounded.latest(limit);
			assertThat(bounded.times()).hasSizeLessThanOrEqualTo(limit);
		}
	}

	@Property
	void inWhateverOrderTheyComeTheyAreInTheOrderOfTimeAndBounded(
			@ForAll @Size(max = 40) List<@IntRange(max = 100_000) Integer> times,
			@ForAll @IntRange(min = 1, max = 8) int limit) {
		RecentCharges charges = RecentCharges.NONE;
		for (int time : times) {
			charges = charges.latest(limit).with(Instant.ofEpochMilli(time));
			// Nothing is suspected that no window has.
			long first = charges.times().getFirst();
			boolean suspected = charges.exceed(limit, WINDOW);
			assertThat(charges.times()).isSorted().hasSizeLessThanOrEqualTo(limit + 1);
			if (suspected) {
				assertThat(
						times.stream().filter((other) -> other >= first && other < first + WINDOW.toMillis()).count())
					.isGreaterThan(limit);
			}
		}
	}

}
