package io.doab.stream.spi;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

import io.doab.stream.Position;
import io.doab.stream.error.FatalStreamException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The stored form of what is done beyond the prefix.
 */
class DonePositionsTests {

	@Test
	void whatWasWrittenIsRead() {
		Random random = new Random(11);
		for (int round = 0; round < 200; round++) {
			Set<Position> positions = new HashSet<>();
			boolean offsets = random.nextBoolean();
			for (int i = random.nextInt(300); i > 0; i--) {
				positions.add(offsets ? Position.ofOffset(random.nextLong(Long.MAX_VALUE))
						: new Position(1_780_000_000_000L + random.nextInt(20), random.nextInt(200)));
			}
			assertThat(DonePositions.decode(DonePositions.encode(positions))).isEqualTo(positions);
		}
	}

	@Test
	void neighboursCostTwoBytes() {
		Set<Position> positions = new HashSet<>();
		for (int offset = 1_000_000; offset < 1_001_000; offset++) {
			positions.add(Position.ofOffset(offset));
		}
		assertThat(DonePositions.encode(positions)).hasSizeLessThan(2_010);
	}

	@Test
	void nothingStoredIsNothingDone() {
		assertThat(DonePositions.decode(new byte[0])).isEmpty();
	}

	@Test
	void aNewerVersionIsRefusedAndNotMisread() {
		assertThatThrownBy(() -> DonePositions.decode(new byte[] { 2, 1, 1 })).isInstanceOf(FatalStreamException.class)
			.hasMessageContaining("format version 2");
	}

}
