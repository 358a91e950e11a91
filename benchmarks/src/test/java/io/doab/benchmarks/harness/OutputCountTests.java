package io.doab.benchmarks.harness;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class OutputCountTests {

	private static final int EVENTS = 20;

	private static final int KEYS = 5;

	private final Orders orders = Orders.of(null, KEYS);

	@Test
	void allOnceInOrderIsSound() {
		Soundness soundness = count(Workload.TRANSFORM, IntStream.range(0, EVENTS).boxed().toList());
		assertThatCode(() -> soundness.require("it")).doesNotThrowAnyException();
	}

	@Test
	void lostEventFailsTheRun() {
		Soundness soundness = count(Workload.TRANSFORM,
				IntStream.range(0, EVENTS).filter((number) -> number != 7).boxed().toList());
		assertThat(soundness.lost()).isEqualTo(1);
		assertThatExceptionOfType(UnsoundRunException.class).isThrownBy(() -> soundness.require("it"))
			.withMessageContaining("lost 1");
	}

	@Test
	void doubledEventFailsTheRun() {
		Soundness soundness = count(Workload.TRANSFORM,
				IntStream.concat(IntStream.range(0, EVENTS), IntStream.of(19)).boxed().toList());
		assertThat(soundness.lost()).isZero();
		assertThatExceptionOfType(UnsoundRunException.class).isThrownBy(() -> soundness.require("it"))
			.withMessageContaining("doubled 1");
	}

	@Test
	void lostAndDoubledDoNotMakeUpForEachOther() {
		Soundness soundness = count(Workload.TRANSFORM,
				IntStream.range(0, EVENTS).map((number) -> (number == 7) ? 8 : number).boxed().toList());
		assertThat(soundness).isEqualTo(new Soundness(EVENTS, EVENTS - 1, 1, 0, 0));
		assertThat(soundness.isSound()).isFalse();
	}

	@Test
	void laterEventOfAKeyBeforeAnEarlierOneFailsTheRun() {
		// 2 and 7 are of one key.
		Soundness soundness = count(Workload.TRANSFORM,
				IntStream.range(0, EVENTS)
					.map((number) -> (number == 2) ? 7 : (number == 7) ? 2 : number)
					.boxed()
					.toList());
		assertThat(soundness.unordered()).isEqualTo(1);
		assertThat(soundness.isSound()).isFalse();
	}

	@Test
	void keysMayOvertakeEachOther() {
		Soundness soundness = count(Workload.TRANSFORM,
				IntStream.range(0, EVENTS).map((number) -> number ^ 1).boxed().toList());
		assertThat(soundness.isSound()).isTrue();
	}

	@Test
	void outputThatNobodyTransformedFailsTheRun() {
		OutputCount count = new OutputCount(task(Workload.TRANSFORM));
		count.add(this.orders.payload(0));
		assertThat(count.soundness().wrong()).isEqualTo(1);
	}

	@Test
	void counterThatWasLostFailsTheRun() {
		OutputCount count = new OutputCount(task(Workload.STATE));
		count.add(Orders.counted(this.orders.payload(0), 1));
		count.add(Orders.counted(this.orders.payload(5), 1));
		assertThat(count.soundness().wrong()).isEqualTo(1);
	}

	@Test
	void countersOfEachKeyCountFromOne() {
		assertThat(count(Workload.STATE, IntStream.range(0, EVENTS).boxed().toList()).isSound()).isTrue();
	}

	@Test
	void whatIsNoOrderFailsTheRun() {
		OutputCount count = new OutputCount(task(Workload.TRANSFORM));
		count.add(new byte[] { 1, 2, 3 });
		assertThat(count.soundness().wrong()).isPositive();
	}

	private Soundness count(Workload workload, List<Integer> numbers) {
		OutputCount count = new OutputCount(task(workload));
		numbers.forEach((number) -> count
			.add((workload == Workload.STATE) ? Orders.counted(this.orders.payload(number), number / KEYS + 1)
					: Orders.accepted(this.orders.payload(number))));
		return count.soundness();
	}

	private static Task task(Workload workload) {
		return new Task(workload, "redis", "localhost:1", "group", "in", "out", 3, 1, EVENTS, KEYS, 0, 1, List.of(),
				null);
	}

}
