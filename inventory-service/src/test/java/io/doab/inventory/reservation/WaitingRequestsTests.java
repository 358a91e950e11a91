package io.doab.inventory.reservation;

import java.time.Instant;
import java.util.Collections;
import java.util.List;

import io.doab.inventory.reservation.WaitingRequests.Waiting;
import io.doab.inventory.stock.Line;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How much may wait for one payment.
 */
class WaitingRequestsTests {

	@Test
	void thereIsRoomForSoManyRequests() {
		WaitingRequests waiting = WaitingRequests.NONE;
		for (int i = 0; i < WaitingRequests.MAX_REQUESTS; i++) {
			assertThat(waiting.hasRoomFor(request(1))).isTrue();
			waiting = waiting.with(request(1));
		}
		assertThat(waiting.hasRoomFor(request(1))).isFalse();
	}

	@Test
	void thereIsRoomForSoManyLines() {
		WaitingRequests waiting = WaitingRequests.NONE.with(request(2_000));
		assertThat(waiting.hasRoomFor(request(900))).isTrue();
		assertThat(waiting.hasRoomFor(request(2_000))).isFalse();
	}

	@Test
	void oneRequestAlwaysFindsRoom() {
		assertThat(WaitingRequests.NONE.hasRoomFor(request(1_000_000))).isTrue();
	}

	/** Lines of 88 bytes each. */
	private static Waiting request(int lines) {
		InventoryInstruction instruction = new InventoryInstruction("order", InventoryType.RESERVE,
				List.copyOf(Collections.nCopies(lines, new Line("x".repeat(64), 1))));
		return new Waiting("id", instruction, Instant.EPOCH, null);
	}

}
