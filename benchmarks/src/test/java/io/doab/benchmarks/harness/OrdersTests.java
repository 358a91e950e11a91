package io.doab.benchmarks.harness;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class OrdersTests {

	private final Orders orders = Orders.of(null, 1_000);

	@Test
	void payloadIsARealOrderOfAboutFourHundredBytes() {
		byte[] payload = this.orders.payload(12);
		JsonNode order = new JsonMapper().readTree(payload);
		assertThat(order.path("number").asString()).isEqualTo("000000012");
		assertThat(order.path("status").asString()).isEqualTo("received");
		assertThat(order.path("lines").isEmpty()).isFalse();
		assertThat(this.orders.meanBytes()).isBetween(380, 450);
	}

	@Test
	void numberComesBack() {
		assertThat(Orders.number(this.orders.payload(123_456_789))).isEqualTo(123_456_789);
	}

	@Test
	void handlerChangesTheStatusAlone() {
		byte[] payload = this.orders.payload(3);
		byte[] accepted = Orders.accepted(payload);
		assertThat(new String(accepted, StandardCharsets.UTF_8))
			.isEqualTo(new String(payload, StandardCharsets.UTF_8).replaceFirst("received", "accepted"));
		assertThat(Orders.isAccepted(accepted)).isTrue();
		assertThat(Orders.isAccepted(payload)).isFalse();
	}

	@Test
	void countComesBack() {
		assertThat(Orders.count(Orders.counted(this.orders.payload(3), 4_711))).isEqualTo(4_711);
		assertThat(Orders.count(this.orders.payload(3))).isEqualTo(-1);
	}

	@Test
	void keysComeInTurn() {
		assertThat(this.orders.key(7)).isEqualTo(this.orders.key(1_007)).isNotEqualTo(this.orders.key(8));
	}

}
