package io.doab.stream.kafka;

import java.util.List;

import org.apache.kafka.common.TopicPartition;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InputAssignmentTests {

	private final InputAssignment assignment = new InputAssignment(List.of("left", "right"));

	@Test
	void aNumberIsCompleteOnceAllItsInputsAreHereHoweverTheyCame() {
		assertThat(this.assignment.add(List.of(left(0), left(1), right(1)))).containsExactly(1);
		assertThat(this.assignment.add(List.of(left(2)))).isEmpty();
		assertThat(this.assignment.add(List.of(right(2), right(0)))).containsExactly(0, 2);
	}

	@Test
	void aNumberEndsWithTheFirstInputThatGoesAndOnlyOnce() {
		this.assignment.add(List.of(left(0), right(0), left(1), right(1)));
		assertThat(this.assignment.remove(List.of(right(0)))).containsExactly(0);
		assertThat(this.assignment.remove(List.of(left(0)))).isEmpty();
		assertThat(this.assignment.remove(List.of(left(1), right(1)))).containsExactly(1);
	}

	@Test
	void aNumberIsCompleteAgainWhenWhatWentComesBack() {
		this.assignment.add(List.of(left(0), right(0)));
		this.assignment.remove(List.of(left(0)));
		assertThat(this.assignment.add(List.of(left(0)))).containsExactly(0);
	}

	@Test
	void whatIsAssignedOrRevokedTwiceCountsOnce() {
		assertThat(this.assignment.add(List.of(left(0)))).isEmpty();
		assertThat(this.assignment.add(List.of(left(0)))).isEmpty();
		assertThat(this.assignment.remove(List.of(right(0)))).isEmpty();
		assertThat(this.assignment.add(List.of(right(0)))).containsExactly(0);
	}

	@Test
	void clearingTellsWhatWasCompleteAndNothingElse() {
		this.assignment.add(List.of(left(0), right(0), left(1)));
		assertThat(this.assignment.clear()).containsExactly(0);
		assertThat(this.assignment.add(List.of(right(1)))).isEmpty();
	}

	private static TopicPartition left(int partition) {
		return new TopicPartition("left", partition);
	}

	private static TopicPartition right(int partition) {
		return new TopicPartition("right", partition);
	}

}
