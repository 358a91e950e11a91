package io.doab.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is kept is bounded, what is counted is not.
 */
class ReceivedTests {

	@Test
	void theLatestAreKeptAndAllAreCounted() {
		Received received = new Received(2, 1_000_000);
		for (int number = 1; number <= 5; number++) {
			received.add("key" + number, Map.of("number", number));
		}
		received.add("key1", Map.of("number", 1));
		assertThat(received.counts()).isEqualTo(Map.of("total", 6L, "distinct", 5L, "repeated", 1L, "kept", 2));
		assertThat(list(received)).contains("\"number\":1,\"deliveries\":2").contains("\"number\":5");
	}

	@Test
	void fewerAreKeptOfWhatIsLarge() {
		Received received = new Received(100, 5_000);
		for (int number = 1; number <= 20; number++) {
			received.add(null, Map.of("text", "x".repeat(1_000)));
		}
		assertThat(received.counts()).containsEntry("total", 20L).containsEntry("distinct", 20L);
		assertThat((Integer) received.counts().get("kept")).isBetween(2, 4);
	}

	private static String list(Received received) {
		Request request = new Request("GET", "/", Map.of(), Map.of(), new byte[0]);
		return new String(received.list(request).body(), StandardCharsets.UTF_8);
	}

}
