package io.doab.stream.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.Position;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.engine.SynchronousProcessor;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a partition may have in flight while others come and go, and no handler comes to
 * its end.
 */
class SharedRoomTests {

	private static final int MANY = 64;

	/** More than one of many may have, and less than half of what one alone may. */
	private static final int SOME = 700;

	private final TestTime time = new TestTime(Instant.EPOCH);

	private final TestStreams streams = new TestStreams();

	private final SynchronousProcessor processor = new SynchronousProcessor(
			ProcessorDefinition.named("sharing").on("in", String.class, (event, context) -> {
			}).build(), new JsonPayloadCodec(), 1024 * 1024, (stream) -> MANY, this.time, (failure) -> {
			});

	private long fetched;

	@Test
	void onePartitionGoesOnWhenTheOthersHaveLeft() {
		acquire(0, MANY);
		fetch(SOME);
		assertThat(this.processor.wants(0)).isZero();
		for (int other = 1; other < MANY; other++) {
			this.processor.lose(other);
		}
		assertThat(this.processor.wants(0)).isPositive();
	}

	@Test
	void onePartitionPausesWhenOthersHaveCome() {
		acquire(0, 1);
		fetch(SOME);
		assertThat(this.processor.wants(0)).isPositive();
		acquire(1, MANY);
		fetch(1);
		assertThat(this.processor.wants(0)).isZero();
	}

	private void acquire(int from, int to) {
		for (int number = from; number < to; number++) {
			this.processor.acquire(
					new TestOwnership(new TestPartition(number), this.streams, this.time, Set.of("in"), () -> false));
		}
	}

	private void fetch(int events) {
		List<StreamRecord> records = new ArrayList<>();
		for (int i = 0; i < events; i++) {
			records.add(new StreamRecord(Position.ofOffset(this.fetched++), new WireEvent(Map.of(), "key", new byte[1]),
					null));
		}
		this.processor.fetched(0, new FetchedRecords("in", records, records.getLast().position()));
	}

}
