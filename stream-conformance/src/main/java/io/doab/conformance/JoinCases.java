package io.doab.conformance;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import io.doab.conformance.BackendFixture.Faults;
import io.doab.conformance.BackendFixture.Network;
import io.doab.stream.Event;
import io.doab.stream.EventIds;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamJoin;
import io.doab.stream.spi.StreamRecord;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two streams that are joined by key.
 */
public interface JoinCases extends BackendCases {

	@Test
	default void pairsAreJoinedOnceInEitherOrderThoughEitherSideComesTwice() {
		Streams streams = new Streams(unique("left"), unique("right"), unique("out"), unique("join"));
		List<Event<Item>> lefts = events("left", 40);
		List<Event<Item>> rights = events("right", 40);
		try (Application app = new Application(fixture())) {
			app.start(streams.join(Duration.ofMinutes(10)));
			app.publish(streams.left(), lefts.subList(0, 20));
			app.publish(streams.right(), rights.subList(20, 40));
			awaitNoLag(streams);
			assertThat(read(streams.out())).isEmpty();
			// Copies of what waits, and of what was there first.
			app.publish(streams.left(), lefts.subList(0, 20));
			app.publish(streams.right(), rights.subList(20, 40));
			awaitNoLag(streams);
			app.publish(streams.right(), rights.subList(0, 20));
			app.publish(streams.left(), lefts.subList(20, 40));
			app.publish(streams.right(), rights);
			BackendCases.eventually()
				.untilAsserted(() -> assertThat(read(streams.out())).hasSizeGreaterThanOrEqualTo(40));
			awaitNoLag(streams);
		}
		assertOutcomes(streams, IntStream.range(0, 40).mapToObj((i) -> "joined key" + i).toList());
	}

	@Test
	default void whatWaitsGoesToTheNextOwnerAndARightThatCameInTimeWinsHoweverLongNobodyLooked() {
		Streams streams = new Streams(unique("left"), unique("right"), unique("out"), unique("join"));
		Duration patience = Duration.ofSeconds(3);
		ProcessorDefinition join = streams.join(patience);
		Faults faults = fixture().faults(Network.OTHER);
		boolean inTime;
		try (Application source = new Application(fixture());
				Application first = new Application(fixture(), Network.OTHER)) {
			first.start(join);
			Instant begin = Instant.now();
			source.publish(streams.left(), events("left", 20));
			awaitNoLag(streams);
			Instant end = Instant.now();
			faults.refuse();
			source.publish(streams.right(), events("right", 10));
			inTime = Instant.now().isBefore(begin.plus(patience));
			BackendCases.eventually().until(() -> Instant.now().isAfter(end.plus(patience).plusMillis(300)));
			try (Application next = new Application(fixture())) {
				next.start(join);
				BackendCases.eventually()
					.untilAsserted(() -> assertThat(read(streams.out())).hasSizeGreaterThanOrEqualTo(20));
				faults.restore();
			}
		}
		finally {
			faults.restore();
		}
		// A machine that is too busy for that has shown that each has one outcome.
		assertOutcomes(streams,
				IntStream.range(0, 20)
					.mapToObj((i) -> (i < 10 && (inTime || isJoined(streams, i)) ? "joined key" : "timed-out key") + i)
					.toList());
	}

	private boolean isJoined(Streams streams, int key) {
		return read(streams.out()).stream()
			.anyMatch((record) -> ("key" + key).equals(record.event().key())
					&& "joined".equals(record.event().attributes().get("type")));
	}

	/** That each left event had one outcome, under an id that follows from its own. */
	private void assertOutcomes(Streams streams, List<String> expected) {
		List<StreamRecord> records = read(streams.out());
		assertThat(
				records.stream().map((record) -> record.event().attributes().get("type") + " " + record.event().key()))
			.containsExactlyInAnyOrderElementsOf(expected);
		assertThat(BackendCases.ids(records)).containsExactlyInAnyOrderElementsOf(records.stream()
			.map((record) -> EventIds.derive("left " + record.event().key(), streams.out(),
					record.event().attributes().getOrDefault("type", ""), "0"))
			.toList());
	}

	private void awaitNoLag(Streams streams) {
		BackendCases.eventually()
			.until(() -> IntStream.range(0, 3)
				.allMatch((partition) -> fixture().lag(streams.group(), streams.left(), partition) == 0
						&& fixture().lag(streams.group(), streams.right(), partition) == 0));
	}

	/** One of each key. */
	private static List<Event<Item>> events(String side, int keys) {
		return IntStream.range(0, keys).mapToObj((i) -> Item.event("key" + i, 0).withId(side + " key" + i)).toList();
	}

	/** What a join reads and writes. */
	record Streams(String left, String right, String out, String group) {

		private ProcessorDefinition join(Duration patience) {
			return ProcessorDefinition.named(this.group)
				.join(StreamJoin.named("pair")
					.left(this.left, Item.class)
					.right(this.right, Item.class)
					.within(patience)
					.joined((left, right, context) -> context.emit(this.out, "joined", right))
					.timedOut((left, context) -> context.emit(this.out, "timed-out", left.data())))
				.output(this.out)
				.build();
		}

	}

}
