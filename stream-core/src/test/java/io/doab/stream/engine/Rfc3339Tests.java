package io.doab.stream.engine;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is read and written quickly is what {@link Instant} reads and writes.
 */
class Rfc3339Tests {

	@Test
	void everyTimeIsReadAsItWasWritten() {
		Rfc3339 times = new Rfc3339();
		Random random = new Random(11);
		for (int i = 0; i < 100_000; i++) {
			long seconds = random.nextLong(Instant.parse("0000-01-01T00:00:00Z").getEpochSecond(),
					Instant.parse("9999-12-31T23:59:59Z").getEpochSecond());
			int nanos = switch (i % 4) {
				case 0 -> 0;
				case 1 -> random.nextInt(1_000) * 1_000_000;
				case 2 -> random.nextInt(1_000_000) * 1_000;
				default -> random.nextInt(1_000_000_000);
			};
			Instant time = Instant.ofEpochSecond(seconds, nanos);
			String text = times.write(time);
			assertThat(text).isEqualTo(time.toString());
			assertThat(Rfc3339.read(text)).isEqualTo(time);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "2026-02-28T23:59:59.1Z", "2026-02-28T23:59:59.123456789Z", "2024-02-29T00:00:00Z",
			"2026-01-31T12:00:00+01:00", "2026-01-31T12:00:00.5-08:00", "+12026-01-31T12:00:00Z",
			"-0001-01-31T12:00:00Z", "2026-01-31t12:00:00z", "2026-01-31T24:00:00Z", "2026-01-31T12:00:00.Z" })
	void whatInstantReadsIsReadAlike(String text) {
		assertThat(Rfc3339.read(text)).isEqualTo(Instant.parse(text));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "today", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-31T25:00:00Z",
			"2026-01-31T12:60:00Z", "2026-01-31T12:00:61Z", "2026-01-31T12:00Z", "2026-01-31T12:00:00.1234567890Z",
			"2026-01-31T12:00:00", "2026-01-31 12:00:00Z", "2026-01-3xT12:00:00Z", "2026-01-31T12:00:00.12-Z",
			"٢٠٢٦-01-31T12:00:00Z" })
	void whatIsNoTimeIsRefused(String text) {
		assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> Rfc3339.read(text));
	}

}
