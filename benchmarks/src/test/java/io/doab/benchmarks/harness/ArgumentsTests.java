package io.doab.benchmarks.harness;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ArgumentsTests {

	@Test
	void nothingAsksForEverythingOnBothBackendsInFiveRounds() {
		Arguments arguments = Arguments.parse(List.of());
		assertThat(arguments.workloads()).containsExactly(Workload.values());
		assertThat(arguments.backends()).containsExactly("redis", "kafka");
		assertThat(arguments.rounds()).isEqualTo(5);
		assertThat(arguments.warmUps()).isEqualTo(3);
		assertThat(arguments.eventsOr(1_000_000)).isEqualTo(1_000_000);
		assertThat(arguments.data()).isNull();
	}

	@Test
	void namesComeInTheirOrder() {
		assertThat(Arguments.parse(List.of("blocking", "transform")).workloads()).containsExactly(Workload.BLOCKING,
				Workload.TRANSFORM);
	}

	@Test
	void shortIsATenthAndOneWarmUp() {
		Arguments brief = Arguments.parse(List.of("--short"));
		assertThat(brief.eventsOr(1_000_000)).isEqualTo(100_000);
		assertThat(brief.warmUps()).isEqualTo(1);
	}

	@Test
	void numberOfEventsWinsAgainstShort() {
		assertThat(Arguments.parse(List.of("--short", "--events=20_000")).eventsOr(1_000_000)).isEqualTo(20_000);
	}

	@Test
	void everythingCanBeSaid() {
		Arguments arguments = Arguments.parse(List.of("state", "--backend=kafka", "--rounds=7", "--warm-ups=2",
				"--contenders=doab", "--report=there"));
		assertThat(arguments.backends()).containsExactly("kafka");
		assertThat(arguments.rounds()).isEqualTo(7);
		assertThat(arguments.warmUps()).isEqualTo(2);
		assertThat(arguments.contenders()).containsExactly("doab");
		assertThat(arguments.report()).isEqualTo(Path.of("there"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "speed", "--backend=pulsar", "--rounds=0", "--warm-ups=0", "--rounds=many", "--events=-1",
			"--fast", "--data=/nowhere", "-x", "--loud=yes" })
	void whatThereIsNotIsRefused(String word) {
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> Arguments.parse(List.of(word)))
			.withMessageContaining(word.startsWith("--") ? word.substring(0, 4) : word);
	}

}
