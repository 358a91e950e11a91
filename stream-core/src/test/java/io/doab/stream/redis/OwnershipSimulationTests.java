package io.doab.stream.redis;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * The ownership protocol over a model of the server, on virtual time.
 *
 * <p>
 * {@code -Ddoab.simulation.schedules} is how many schedules run (100,000), and
 * {@code -Ddoab.simulation.first} the seed of the first (1; {@code random} draws one).
 * The seed of a schedule that fails is printed; {@code -Ddoab.simulation.seed} runs that
 * one alone and prints all that happens.
 */
class OwnershipSimulationTests {

	private static final String SEED = "doab.simulation.seed";

	private static final int SCHEDULES = Integer.getInteger("doab.simulation.schedules", 100_000);

	/** So many find what is broken, mostly far fewer. */
	private static final int ENOUGH = 100_000;

	private static final int BLOCK = 1_000;

	private static final int LINES_SHOWN = 80;

	@Test
	@DisabledIfSystemProperty(named = SEED, matches = ".+")
	void neverTwoOwnersWhoCanBothCommitAndAlwaysAnOwnerAgain() {
		long first = first();
		long began = System.nanoTime();
		LongAccumulator unrest = new LongAccumulator(Math::max, 0);
		Counts totals = new Counts();
		Optional<Schedule.Result> failed = LongStream.range(first, first + SCHEDULES).parallel().mapToObj((seed) -> {
			Schedule.Result result = Schedule.run(seed, null);
			unrest.accumulate(result.unrest());
			totals.addAll(result.counts());
			return result;
		}).filter((result) -> result.violation() != null).findFirst();
		failed.ifPresent((result) -> fail(explain(result.seed(), null)));
		long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
		System.out.printf(Locale.ROOT,
				"%,d schedules from seed %d in %,d ms, %,d a second; in order again within %,d ms, of %,d allowed: %s%n",
				SCHEDULES, first, millis, SCHEDULES * 1000L / Math.max(1, millis), unrest.get() / Schedule.MILLISECOND,
				Schedule.BOUND / Schedule.MILLISECOND, totals.toMap());
		assertThat(totals.toMap())
			.allSatisfy((happening, count) -> assertThat(count).as(happening.name()).isPositive());
	}

	@ParameterizedTest
	@EnumSource
	@DisabledIfSystemProperty(named = SEED, matches = ".+")
	void aProtocolThatLacksAPartIsFound(Broken broken) {
		long first = first();
		Optional<Schedule.Result> failed = Optional.empty();
		for (long next = first; failed.isEmpty() && next < first + ENOUGH; next += BLOCK) {
			failed = LongStream.range(next, next + BLOCK)
				.parallel()
				.mapToObj((seed) -> Schedule.run(seed, broken))
				.filter((result) -> result.violation() != null)
				.findFirst();
		}
		assertThat(failed).as("%s in %d schedules", broken, ENOUGH).isPresent();
		failed.ifPresent((result) -> System.out.printf(Locale.ROOT, "%s is found by schedule %,d: %s%n", broken,
				result.seed() - first + 1, result.violation()));
	}

	@Test
	@EnabledIfSystemProperty(named = SEED, matches = ".+")
	void oneScheduleWithAllThatHappens() {
		Schedule.Result result = Schedule.trace(Long.getLong(SEED), broken());
		result.trace().forEach(System.out::println);
		assertThat(result.violation()).isNull();
	}

	@Test
	void aScheduleIsTheSameWheneverItRuns() {
		for (long seed = 1; seed <= 100; seed++) {
			assertThat(Schedule.trace(seed, null).trace()).isEqualTo(Schedule.trace(seed, null).trace()).isNotEmpty();
		}
	}

	private static @Nullable Broken broken() {
		String name = System.getProperty("doab.simulation.broken");
		return (name != null) ? Broken.valueOf(name) : null;
	}

	private static long first() {
		String first = System.getProperty("doab.simulation.first", "1");
		return first.equals("random") ? RandomGenerator.getDefault().nextLong(Long.MAX_VALUE / 2)
				: Long.parseLong(first);
	}

	private static String explain(long seed, @Nullable Broken broken) {
		Schedule.Result result = Schedule.trace(seed, broken);
		int hidden = Math.max(0, result.trace().size() - LINES_SHOWN);
		return "Seed %d: %s%n%sRun it alone with -D%s=%d%n%s".formatted(seed, result.violation(),
				(hidden > 0) ? "(%d lines before these)%n".formatted(hidden) : "", SEED, seed,
				result.trace().stream().skip(hidden).collect(Collectors.joining(System.lineSeparator())));
	}

}
