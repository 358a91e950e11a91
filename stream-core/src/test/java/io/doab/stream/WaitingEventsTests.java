package io.doab.stream;

import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;

import io.doab.stream.WaitingEvents.Entry;
import io.doab.stream.error.FatalStreamException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * How what waits in a join is stored, and how much of it.
 */
class WaitingEventsTests {

	private static final Entry ENTRY = entry("id", 3);

	@Test
	void whatIsStoredIsRead() {
		WaitingEvents waiting = WaitingEvents.NONE.with(ENTRY).with(entry("other", 1_000));
		assertThat(WaitingEvents.decode(waiting.encode())).isEqualTo(waiting);
	}

	@Test
	void aNewerFormatAndWhatIsCutShortAreRefused() {
		byte[] bytes = WaitingEvents.NONE.with(ENTRY).encode();
		for (int length = 0; length < bytes.length; length++) {
			byte[] cut = Arrays.copyOf(bytes, length);
			assertThatThrownBy(() -> WaitingEvents.decode(cut)).isInstanceOf(FatalStreamException.class);
		}
		bytes[0] = 2;
		assertThatThrownBy(() -> WaitingEvents.decode(bytes)).isInstanceOf(FatalStreamException.class)
			.hasMessageContaining("newer");
	}

	@Test
	void thereIsRoomForSoManyEvents() {
		WaitingEvents waiting = WaitingEvents.NONE;
		for (int i = 0; i < 100; i++) {
			assertThat(waiting.hasRoomFor(ENTRY, 100, 1_000_000)).isTrue();
			waiting = waiting.with(ENTRY);
		}
		assertThat(waiting.hasRoomFor(ENTRY, 100, 1_000_000)).isFalse();
	}

	@Test
	void thereIsRoomForSoManyBytes() {
		WaitingEvents waiting = WaitingEvents.NONE.with(entry("id", 170_000));
		assertThat(waiting.hasRoomFor(entry("id", 80_000), 100, 256 * 1024)).isTrue();
		assertThat(waiting.hasRoomFor(entry("id", 170_000), 100, 256 * 1024)).isFalse();
	}

	@Test
	void oneEventAlwaysFindsRoom() {
		assertThat(WaitingEvents.NONE.hasRoomFor(entry("id", 1_000_000), 1, 1)).isTrue();
	}

	private static Entry entry(String id, int bytes) {
		Event<byte[]> event = new Event<>(id, "type", URI.create("urn:source"), Instant.EPOCH, "key \u00e9",
				new byte[bytes], Map.of("traceparent", "00", "datacontenttype", "application/json"));
		return new Entry(new HeldEvent(event, new Origin("stream", 2, new Position(17, 4))),
				Instant.parse("2026-01-31T12:00:00.123456789Z"));
	}

}
