package io.doab.stream.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.doab.stream.Position;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MemberRoomTests {

	private static final long HEAP = 768L * 1024 * 1024;

	private static final int OWN_BOUND = 10_000;

	private final MemberRoom room = new MemberRoom(OWN_BOUND, HEAP);

	private final InputProgress input = new InputProgress(new Checkpoint(Position.ofOffset(-1), Set.of(), 0));

	@Test
	void fewPartitionsHaveAsMuchAsTheyMay() {
		enter(3);
		assertThat(eventsUntilPaused(10)).isEqualTo(OWN_BOUND);
	}

	@Test
	void manyPartitionsHaveTheirPartOfWhatAMemberMayHave() {
		enter(64);
		assertThat(eventsUntilPaused(10)).isEqualTo(40_000 / 64);
	}

	@Test
	void eachPartitionHasSomeHoweverManyTheyAre() {
		enter(100_000);
		assertThat(eventsUntilPaused(10)).isEqualTo(64);
		assertThat(eventsUntilPaused(300_000)).isEqualTo(1);
	}

	@Test
	void largeEventsFillAnEighthOfTheHeapTogether() {
		enter(16);
		assertThat(eventsUntilPaused(100_000)).isBetween(60, 63);
	}

	@Test
	void whatOneLeavesTheOthersHave() {
		enter(64);
		for (int i = 1; i < 64; i++) {
			this.room.leave();
		}
		assertThat(eventsUntilPaused(10)).isEqualTo(OWN_BOUND);
	}

	private void enter(int partitions) {
		for (int i = 0; i < partitions; i++) {
			this.room.enter();
		}
	}

	private int eventsUntilPaused(int bytes) {
		InFlight inFlight = new InFlight(OWN_BOUND, this.room);
		WireEvent event = new WireEvent(Map.of(), "key", new byte[bytes]);
		while (!inFlight.pauses(List.of(this.input))) {
			inFlight.add(new StreamRecord(Position.ofOffset(inFlight.events()), event, null));
		}
		return inFlight.events();
	}

}
