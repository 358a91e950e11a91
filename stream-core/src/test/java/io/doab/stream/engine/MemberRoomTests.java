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
	void whileThereIsRoomOneOfManyHasAsMuchAsItMayAlone() {
		enter(64);
		assertThat(eventsUntilPaused(10)).isEqualTo(OWN_BOUND);
	}

	@Test
	void whenItIsFullEachHasAnEqualPart() {
		enter(64);
		this.room.take(40_000, 0);
		assertThat(eventsUntilPaused(10)).isEqualTo(40_000 / 64);
	}

	@Test
	void eachHasSomeHoweverManyTheyAre() {
		enter(100_000);
		this.room.take(40_000, HEAP);
		assertThat(eventsUntilPaused(10)).isEqualTo(64);
		assertThat(eventsUntilPaused(300_000)).isEqualTo(1);
	}

	@Test
	void largeEventsFillAnEighthOfTheHeap() {
		enter(16);
		this.room.take(1, HEAP / 8);
		assertThat(eventsUntilPaused(100_000)).isBetween(60, 63);
	}

	@Test
	void whoeverWaitsForRoomIsToldOnceThatThereIs() {
		enter(64);
		this.room.take(40_000, 0);
		assertThat(this.room.freed()).isFalse();
		eventsUntilPaused(10);
		assertThat(this.room.freed()).isFalse();
		this.room.take(-10_000, 0);
		assertThat(this.room.freed()).as("scarce still, with what has just been taken").isFalse();
		this.room.take(-1_000, 0);
		assertThat(this.room.freed()).isTrue();
		assertThat(this.room.freed()).isFalse();
	}

	@Test
	void whereNobodyWaitsNobodyIsTold() {
		enter(3);
		this.room.take(30_000, 0);
		this.room.take(-30_000, 0);
		assertThat(this.room.freed()).isFalse();
	}

	@Test
	void whatAPartitionHadIsGivenBackWhenItEnds() {
		enter(1);
		InFlight inFlight = new InFlight(OWN_BOUND, this.room);
		this.room.take(40_000 - OWN_BOUND, 0);
		fill(inFlight, 10);
		assertThat(this.room.isFull()).isTrue();
		inFlight.end();
		assertThat(this.room.isFull()).isFalse();
		// A commit that was under way.
		inFlight.remove(new StreamRecord(Position.ofOffset(0), new WireEvent(Map.of(), "key", new byte[10]), null));
		inFlight.resumes(List.of(this.input));
		this.room.take(OWN_BOUND, 0);
		assertThat(this.room.isFull()).isTrue();
	}

	private void enter(int partitions) {
		for (int i = 0; i < partitions; i++) {
			this.room.enter();
		}
	}

	private int eventsUntilPaused(int bytes) {
		InFlight inFlight = new InFlight(OWN_BOUND, this.room);
		fill(inFlight, bytes);
		return inFlight.events();
	}

	private void fill(InFlight inFlight, int bytes) {
		WireEvent event = new WireEvent(Map.of(), "key", new byte[bytes]);
		while (!inFlight.pauses(List.of(this.input))) {
			inFlight.add(new StreamRecord(Position.ofOffset(inFlight.events()), event, null));
		}
	}

}
