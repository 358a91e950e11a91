package io.doab.benchmarks.harness;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OutcomeTests {

	private static final Entrant BASE = entrant("base").asBaselineOf(Workload.TRANSFORM, Workload.LATENCY);

	private static final Entrant OTHER = entrant("other");

	@Test
	void ratioIsThatOfEachRoundAndThenTheMedian() {
		// The machine was half as fast in the second round: both were, so the ratio
		// stays.
		Outcome outcome = outcome(Workload.TRANSFORM, List.of(rate(1_000), rate(500), rate(1_000)),
				List.of(rate(2_000), rate(1_000), rate(3_000)));
		assertThat(outcome.ratios()).containsExactly(2.0, 2.0, 3.0);
		assertThat(outcome.ratio()).isEqualTo(new Statistics(2, 2, 3));
	}

	@Test
	void ratioCountsEventsPerSecondWhateverShareOneWasGiven() {
		Outcome outcome = outcome(Workload.TRANSFORM, List.of(measured(1_000, 1_000_000_000L)),
				List.of(measured(10, 10_000_000L)));
		assertThat(outcome.ratios()).containsExactly(1.0);
	}

	@Test
	void ratioOfLatencyIsThatOfTheNinetyNinthPercentile() {
		Outcome outcome = outcome(Workload.LATENCY, List.of(latency(100)), List.of(latency(150)));
		assertThat(outcome.ratios()).containsExactly(1.5);
	}

	@Test
	void withoutBaselineThereIsNoRatio() {
		Result result = Competition.result(Workload.TRANSFORM, "redis", "", 10, Map.of(OTHER, List.of(rate(1))));
		assertThat(result.outcomes().getFirst().ratio()).isNull();
	}

	@Test
	void costIsGivenForAMillionEvents() {
		Measured measured = new Measured(2_000, new Usage(1, 4_000_000, 1_000_000, 20_000), null, null, null);
		assertThat(measured.clientCpuPerMillion()).isEqualTo(2);
		assertThat(measured.serverCpuPerMillion()).isEqualTo(0.5);
		assertThat(measured.allocatedBytesPerEvent()).isEqualTo(10);
	}

	private static Outcome outcome(Workload workload, List<Measured> base, List<Measured> other) {
		Map<Entrant, List<Measured>> measured = new LinkedHashMap<>();
		measured.put(OTHER, other);
		measured.put(BASE, base);
		return Competition.result(workload, "redis", "", 10, measured).outcomes().getFirst();
	}

	private static Measured rate(long eventsPerSecond) {
		return measured(eventsPerSecond, 1_000_000_000L);
	}

	private static Measured measured(long events, long nanos) {
		return new Measured(events, new Usage(nanos, 0, 0, 0), null, null, null);
	}

	private static Measured latency(double p99) {
		return new Measured(1, new Usage(1, 0, 0, 0), null, new Measured.Latency(1, p99, 1_000, 2_000), null);
	}

	private static Entrant entrant(String name) {
		return new Entrant("redis", name, name, Set.of(), Set.of(), 1, (task, probe) -> {
			throw new UnsupportedOperationException("It is not started");
		});
	}

}
