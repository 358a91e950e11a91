package io.doab.stream.engine;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;

import io.doab.stream.Position;
import io.doab.stream.error.FatalStreamException;
import io.doab.stream.spi.StreamRecord;
import io.doab.stream.spi.WireEvent;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The stored form of a parked event.
 */
class ParkedEventTests {

	private static final ParkedEvent FAILED = new ParkedEvent("in", new StreamRecord(new Position(1518951480106L, 3),
			new WireEvent(Map.of("id", "é1", "traceparent", "00-1"), "schlüssel", new byte[] { 0, -1, 7 }), null), 4,
			Instant.parse("2026-01-01T00:00:00.123456789Z"), Instant.parse("2026-01-01T00:01:00.5Z"));

	@Test
	void whatIsStoredIsReadAgain() {
		assertSame(ParkedEvent.decode(FAILED.encode()), FAILED);
		ParkedEvent bare = new ParkedEvent("in",
				new StreamRecord(Position.ofOffset(0), new WireEvent(Map.of(), null, new byte[0]), "no text"), 0, null,
				Instant.EPOCH);
		assertSame(ParkedEvent.decode(bare.encode()), bare);
	}

	private static void assertSame(ParkedEvent read, ParkedEvent written) {
		assertThat(read).usingRecursiveComparison().ignoringFields("record.event.size").isEqualTo(written);
	}

	@Test
	void anotherFormatIsRefusedWithARemedy() {
		byte[] newer = FAILED.encode();
		newer[0] = 2;
		assertThatExceptionOfType(FatalStreamException.class).isThrownBy(() -> ParkedEvent.decode(newer))
			.withMessageContaining("format version 2")
			.withMessageContaining("Run the newer program");
	}

	@Test
	void whatWasCutShortIsRefused() {
		byte[] whole = FAILED.encode();
		for (int length = 0; length < whole.length; length++) {
			byte[] cut = Arrays.copyOf(whole, length);
			assertThatExceptionOfType(FatalStreamException.class).isThrownBy(() -> ParkedEvent.decode(cut))
				.withMessageContaining("cannot be read");
		}
	}

}
