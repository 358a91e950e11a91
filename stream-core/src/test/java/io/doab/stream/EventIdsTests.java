package io.doab.stream;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ids that follow from something else.
 */
class EventIdsTests {

	@Test
	void theSamePartsGiveTheSameIdAndOthersAnother() {
		assertThat(EventIds.derive("payments", "key-1")).isEqualTo(EventIds.derive("payments", "key-1"))
			.isNotEqualTo(EventIds.derive("payments", "key-2"))
			.isNotEqualTo(EventIds.derive("paymentsk", "ey-1"));
	}

	/** An id that changed between versions would make repeats look new. */
	@Test
	void idsStayWhatTheyAreOverVersions() {
		assertThat(EventIds.derive("payments", "key-1")).isEqualTo("10ee81a7-889f-59b4-9ae2-832024ff2228");
	}

	@Test
	void anIdIsAUuidOfVersionFive() {
		UUID id = UUID.fromString(EventIds.derive("a"));
		assertThat(id.version()).isEqualTo(5);
		assertThat(id.variant()).isEqualTo(2);
	}

}
