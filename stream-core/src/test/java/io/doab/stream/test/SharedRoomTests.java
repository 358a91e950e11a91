package io.doab.stream.test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.doab.stream.Position;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.engine.SynchronousProcessor;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.spi.FetchedRecords;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What one of many partitions may have in flight while its first event stays, by what the
 * others have.
 */
class SharedRoomTests {

	private static final int MANY = 64;

	/** More than an equal part, and less than what one may have alone. */
	private static final int SOME = 1_200;

	private static final String STUCK = "stuck";

	private final TestTime time = new TestTime(Instant.EPOCH);

	private final TestStreams streams = new TestStreams();

	private final SynchronousProcessor processor = new SynchronousProcessor(
			ProcessorDefinition.named("sharing").on("in", String.class, (event, context) -> {
				if (STUCK.equals(event.key())) {
					throw new IllegalStateException("It is tried again later");
				}
			}).build(), new JsonPayloadCodec(), 1024 * 1024, (stream) -> MANY, this.time, (failure) -> {
			});

	private long fetched;

	@BeforeEach
	void acquire() {
		for (int number = 0; number < MANY; number++) {
			this.processor.acquire(
					new TestOwnership(new TestPartition(number), this.streams, this.time, Set.of("in"), () -> false));
		}
	}

	@Test
	void itGoesOnWhileTheOthersHaveLittle() {
		fetch(0, STUCK);
		assertThat(this.processor.wants(0)).isPositive();
	}

	@Test
	void itGoesOnWhenTheOthersAreLost() {
		fillTheOthers();
		fetch(0, STUCK);
		assertThat(this.processor.wants(0)).isZero();
		for (int other = 1; other < MANY; other++) {
			this.processor.lose(other);
		}
		assertThat(this.processor.wants(0)).isPositive();
	}

	@Test
	void itGoesOnWhenTheOthersAreDone() {
		fillTheOthers();
		fetch(0, STUCK);
		assertThat(this.processor.wants(0)).isZero();
		do {
			this.processor.runReady();
		}
		while (this.time.runNext(this.time.now()));
		assertThat(this.processor.wants(0)).isPositive();
	}

	private void fillTheOthers() {
		for (int other = 1; other < MANY; other++) {
			fetch(other, "key");
		}
	}

	private void fetch(int partition, String key) {
		List<StreamRecord> records = new ArrayList<>();
		for (int i = 0; i < SOME; i++) {
			Map<String, String> attributes = Map.of("specversion", "1.0", "id", "e-" + this.fetched, "type", "item",
					"source", "urn:test", "time", "2026-11-29T00:00:00Z", "datacontenttype", "application/json");
			records.add(new StreamRecord(Position.ofOffset(this.fetched++),
					new WireEvent(attributes, key, "\"item\"".getBytes(StandardCharsets.UTF_8)), null));
		}
		this.processor.fetched(partition, new FetchedRecords("in", records, records.getLast().position()));
	}

}
