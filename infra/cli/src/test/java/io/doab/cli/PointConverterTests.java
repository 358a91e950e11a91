package io.doab.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

import io.doab.stream.Position;
import io.doab.stream.StreamPoint;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

class PointConverterTests {

	private final PointConverter converter = new PointConverter();

	@Test
	void pointsAreReadAsTheyAreTyped() {
		assertThat(this.converter.convert("beginning")).isEqualTo(StreamPoint.beginning());
		assertThat(this.converter.convert("now")).isEqualTo(StreamPoint.now());
		assertThat(this.converter.convert("42")).isEqualTo(StreamPoint.at(Position.ofOffset(42)));
		assertThat(this.converter.convert("(1518951480106-3"))
			.isEqualTo(StreamPoint.excluding(new Position(1518951480106L, 3)));
		Instant noon = Instant.parse("2026-11-28T12:00:00Z");
		assertThat(this.converter.convert("2026-11-28T12:00:00Z")).isEqualTo(StreamPoint.at(noon));
		assertThat(this.converter.convert("(2026-11-28T13:00+01:00")).isEqualTo(StreamPoint.excluding(noon));
		assertThat(this.converter.convert("2026-11-28"))
			.isEqualTo(StreamPoint.at(LocalDate.of(2026, 11, 28).atStartOfDay(ZoneId.systemDefault()).toInstant()));
		assertThat(this.converter.convert("2h")).isInstanceOfSatisfying(StreamPoint.Time.class,
				(time) -> assertThat(time.time()).isCloseTo(Instant.now().minus(Duration.ofHours(2)),
						within(Duration.ofMinutes(1))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "(", "yesterday", "1-2-3", "-5", "99999999999999999999", "2026-13-01" })
	void whatIsNoPointIsRefused(String typed) {
		assertThatExceptionOfType(TypeConversionException.class).isThrownBy(() -> this.converter.convert(typed));
	}

}
