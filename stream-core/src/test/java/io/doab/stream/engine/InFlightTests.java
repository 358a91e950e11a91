package io.doab.stream.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.doab.stream.Position;
import io.doab.stream.spi.Checkpoint;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What one slow event keeps waiting: as much as may be in flight, and then some.
 */
class InFlightTests {

	private static final WireEvent EVENT = new WireEvent(Map.of(), "key", new byte[10]);

	private final InputProgress input = new InputProgress(new Checkpoint(Position.ofOffset(-1), Set.of(), 0));

	private final List<InputProgress.Entry> entries = new ArrayList<>();

	/** The first event is never done, all others whenever nothing more is fetched. */
	@ParameterizedTest
	@ValueSource(ints = { 2, 100, 2_000, 6_000, 10_000, 50_000, 1_000_000 })
	void aStuckEventLetsOthersPassUpToABound(int maxEvents) {
		InFlight inFlight = new InFlight(maxEvents, new MemberRoom(maxEvents, Long.MAX_VALUE));
		do {
			fetchUntilPaused(inFlight);
			doAllButTheFirst(inFlight);
			assertThat(inFlight.events()).isEqualTo(1);
		}
		while (inFlight.resumes(List.of(this.input)));
		int beyond = Math.min(3 * maxEvents, 6_000);
		assertThat(this.entries.size()).isBetween(maxEvents + beyond / 2, maxEvents + beyond);
	}

	private void fetchUntilPaused(InFlight inFlight) {
		while (!inFlight.pauses(List.of(this.input))) {
			Position position = Position.ofOffset(this.entries.size());
			this.entries.add(this.input.add(position));
			inFlight.add(new StreamRecord(position, EVENT, null));
		}
	}

	private void doAllButTheFirst(InFlight inFlight) {
		for (int i = this.entries.size() - 1; i > 0 && !this.entries.get(i).isDone(); i--) {
			this.entries.get(i).markDone();
			inFlight.remove(new StreamRecord(Position.ofOffset(i), EVENT, null));
		}
	}

}
