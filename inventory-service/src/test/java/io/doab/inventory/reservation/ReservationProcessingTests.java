package io.doab.inventory.reservation;

import java.time.Duration;
import java.util.Objects;

import io.doab.inventory.stock.StockFixture;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StateDefinition;
import io.doab.stream.StreamJoin;
import io.doab.stream.jdbc.JdbcInbox;
import io.doab.stream.json.JsonPayloadCodec;
import io.doab.stream.rest.IngestionProperties;

import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long things are remembered.
 */
class ReservationProcessingTests {

	private final ProcessorDefinition definition = definition(Duration.ofHours(3));

	@Test
	void idsAreRememberedAsLongAsTheDoorSays() {
		assertThat(this.definition.deduplication()).isEqualTo(Duration.ofHours(3));
	}

	@Test
	void aPaymentIsRememberedLongerThanWhatWaitsForIt() {
		assertThat(timeToLive(ReservationProcessor.PAID)).isEqualTo(Duration.ofDays(180));
		assertThat(timeToLive(ReservationProcessor.GAVE_UP)).isEqualTo(Duration.ofDays(7));
	}

	@Test
	void whatWaitsIsEndedByItsTimeOutAndNotForgotten() {
		assertThat(Objects.requireNonNull(this.definition.states().get(ReservationProcessor.WAITING)).timeToLive())
			.isNull();
		assertThat(this.definition.timers()).containsKey(StreamJoin.timeoutTimer(ReservationProcessor.JOIN));
	}

	private Duration timeToLive(String state) {
		StateDefinition declared = Objects.requireNonNull(this.definition.states().get(state));
		return Objects.requireNonNull(declared.timeToLive());
	}

	private static ProcessorDefinition definition(Duration idempotencyWindow) {
		JdbcTemplate jdbc = new JdbcTemplate();
		StockMovements movements = new StockMovements(StockFixture.over(jdbc),
				new JdbcInbox(jdbc, new TransactionTemplate(), new JsonPayloadCodec(), "test"));
		return new ReservationProcessing().inventoryService(new ReservationProcessor(movements),
				new ReservationProperties(Duration.ofMinutes(15)), new IngestionProperties("token",
						DataSize.ofKilobytes(256), 1, 1, idempotencyWindow, Duration.ofSeconds(1)));
	}

}
