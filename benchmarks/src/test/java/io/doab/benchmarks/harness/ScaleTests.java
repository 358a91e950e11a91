package io.doab.benchmarks.harness;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ScaleTests {

	@Test
	void withoutStateOneThingDiffersFromTheUsualEachTime() {
		Scale usual = Scale.usual(Workload.TRANSFORM, 1_000_000);
		assertThat(Scale.others(Workload.TRANSFORM, 1_000_000)).hasSize(6)
			.allSatisfy((scale) -> assertThat(different(usual, scale)).as(scale.what()).isEqualTo(1));
	}

	@Test
	void backlogsAreATenthAndTenTimesTheUsual() {
		assertThat(Scale.others(Workload.TRANSFORM, 1_000_000)).extracting(Scale::events).contains(100_000, 10_000_000);
	}

	/** State that is read has been written before, most times. */
	@Test
	void keysWithStateComeTenTimesEach() {
		assertThat(Scale.others(Workload.STATE, 1_000_000)).extracting(Scale::keys).containsExactly(100_000, 1_000_000);
		assertThat(Scale.others(Workload.STATE, 1_000_000))
			.allSatisfy((scale) -> assertThat(scale.events()).isEqualTo(10 * scale.keys()));
	}

	/** Streams and groups are named after them. */
	@Test
	void noTwoHaveTheSameLabel() {
		List<String> labels = Stream.of(Workload.TRANSFORM, Workload.STATE)
			.flatMap((workload) -> Stream.concat(Stream.of(Scale.usual(workload, 1_000_000)),
					Scale.others(workload, 1_000_000).stream()))
			.map(Scale::label)
			.toList();
		assertThat(labels).doesNotHaveDuplicates().allMatch((label) -> label.matches("[a-z0-9-]+"));
	}

	private static int different(Scale one, Scale other) {
		return ((one.partitions() != other.partitions()) ? 1 : 0) + ((one.members() != other.members()) ? 1 : 0)
				+ ((one.events() != other.events()) ? 1 : 0) + ((one.keys() != other.keys()) ? 1 : 0);
	}

}
