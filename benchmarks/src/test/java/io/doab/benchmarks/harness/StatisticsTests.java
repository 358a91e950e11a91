package io.doab.benchmarks.harness;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class StatisticsTests {

	@Test
	void medianIsTheOneInTheMiddleInWhateverOrderTheyCame() {
		assertThat(Statistics.of(List.of(9.0, 1.0, 5.0))).isEqualTo(new Statistics(5, 1, 9));
	}

	@Test
	void medianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
		assertThat(Statistics.of(List.of(4.0, 1.0, 2.0, 100.0)).median()).isEqualTo(3);
	}

	@Test
	void oneThatIsFarOffDoesNotMoveTheMedian() {
		assertThat(Statistics.of(List.of(10.0, 10.0, 10.0, 10.0, 1_000.0)).median()).isEqualTo(10);
	}

	@Test
	void spreadIsAPartOfTheMedian() {
		assertThat(Statistics.of(List.of(90.0, 100.0, 120.0)).spread()).isEqualTo(0.3, within(1e-9));
		assertThat(Statistics.of(List.of(7.0)).spread()).isZero();
	}

	@Test
	void nothingHasNoMedian() {
		assertThatIllegalArgumentException().isThrownBy(() -> Statistics.of(List.of()));
	}

}
