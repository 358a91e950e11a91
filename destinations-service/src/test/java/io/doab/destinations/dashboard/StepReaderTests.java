package io.doab.destinations.dashboard;

import java.time.Instant;

import io.doab.stream.Event;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the dashboard keeps of an event.
 */
class StepReaderTests {

	private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

	private static Step read(String json) {
		Event<JsonNode> event = Event.of("payment.authorized", "1", JsonMapper.builder().build().readTree(json));
		return StepReader.read(Samples.PAYMENTS, event);
	}

	@Test
	void ofACustomerTheFirstCharactersAreKept() {
		assertThat(StepReader.read(Samples.PAYMENTS, Samples.payment("1", "536365", "authorized", "", NOON)).customer())
			.isEqualTo("17…");
		assertThat(read("{\"customer\":{\"id\":\"123\"}}").customer()).isEqualTo("…");
		assertThat(read("{\"customer\":null}").customer()).isNull();
	}

	@Test
	void piecesAreThoseOfAllLines() {
		assertThat(StepReader.read(Samples.INVENTORY, Samples.goods("1", "536365", "reserved", NOON)).pieces())
			.isEqualTo(8);
	}

	@Test
	void aWebRequestIsCountedByTheClassOfItsStatus() {
		Step step = StepReader.read(Samples.WEB, Samples.web("1", 404, NOON));
		assertThat(step.reason()).isEqualTo("4xx");
		assertThat(step.isOfOrder()).isFalse();
	}

	@Test
	void anEventOfAnotherFormIsCountedAsWell() {
		Step step = read(
				"{\"orderId\":\"a\\u0000b\",\"amount\":{\"value\":\"much\"},\"lines\":\"none\",\"reason\":[1]}");
		assertThat(step.orderId()).isEqualTo("ab");
		assertThat(step.amount()).isNull();
		assertThat(step.pieces()).isNull();
		assertThat(step.reason()).isEmpty();
		assertThat(read("{\"orderId\":\"" + "x".repeat(5_000) + "\"}").orderId()).hasSize(200);
	}

}
