package io.doab.stream.kafka;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.doab.stream.Position;
import io.doab.stream.spi.Checkpoint;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ResumePointsTests {

	private static final TopicPartition INPUT = new TopicPartition("in", 0);

	private final Uuid topic = Uuid.randomUuid();

	/** The log holds 10 to 99, and the group begins with 50. */
	private final ResumePoints points = new ResumePoints("group", Map.of("in", this.topic), Map.of(INPUT, 10L),
			Map.of(INPUT, 100L), Map.of(INPUT, 50L));

	private final PartitionState state = new PartitionState();

	@Test
	void aGroupThatHasStoredNothingBeginsWhereItIsTold() {
		assertThat(this.points.of(INPUT, null, this.state)).isEqualTo(new ResumePoint(50, Set.of(), this.topic));
	}

	@Test
	void theBrokersOffsetCountsBeforeItsCopy() {
		this.state.prefix("in", new Changelog.Prefix(30, this.topic));
		assertThat(this.points.of(INPUT, new OffsetAndMetadata(40), this.state).next()).isEqualTo(40);
		assertThat(this.points.of(INPUT, null, this.state).next()).isEqualTo(30);
	}

	@Test
	void nothingThatWasStoredForAnotherTopicOfTheNameCounts() {
		this.state.prefix("in", new Changelog.Prefix(30, Uuid.randomUuid()));
		storeDone(39, 60);
		assertThat(this.points.of(INPUT, new OffsetAndMetadata(40), this.state))
			.isEqualTo(new ResumePoint(10, Set.of(), this.topic));
	}

	@Test
	void anOffsetBeyondTheEndBeginsAnew() {
		storeDone(100, 110);
		assertThat(this.points.of(INPUT, new OffsetAndMetadata(100), this.state).next()).isEqualTo(100);
		assertThat(this.points.of(INPUT, new OffsetAndMetadata(101), this.state))
			.isEqualTo(new ResumePoint(10, Set.of(), this.topic));
	}

	@Test
	void whatIsDoneBeyondEventsThatWereRemovedIsNotDoneAgain() {
		storeDone(3, 7, 60);
		assertThat(this.points.of(INPUT, new OffsetAndMetadata(4), this.state))
			.isEqualTo(new ResumePoint(10, Set.of(Position.ofOffset(60)), this.topic));
	}

	private void storeDone(long prefix, long... done) {
		Set<Position> positions = Arrays.stream(done).mapToObj(Position::ofOffset).collect(Collectors.toSet());
		this.state.done("in",
				new Changelog("group").record(0, "in", new Checkpoint(Position.ofOffset(prefix), positions, 0))
					.value());
	}

}
