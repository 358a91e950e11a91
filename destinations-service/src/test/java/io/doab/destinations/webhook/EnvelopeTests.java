package io.doab.destinations.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

import io.doab.stream.Event;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class EnvelopeTests {

	@Test
	void fieldsThatAreNotKnownGoOnAndWhatIsWithheldDoesNot() {
		JsonNode data = new JsonMapper().readTree("""
				{"orderId": "1", "loyaltyPoints": 7, "card": {"token": "tok1", "last4": "4242"}}""");
		Event<JsonNode> event = Event.of("payment.authorized", "1", data).withTime(Instant.EPOCH);
		assertThat(new String(new Envelope(List.of("/card/token")).of(event), StandardCharsets.UTF_8))
			.isEqualTo("{\"type\":\"payment.authorized\",\"timestamp\":\"1970-01-01T00:00:00Z\",\"data\":"
					+ "{\"orderId\":\"1\",\"loyaltyPoints\":7,\"card\":{\"last4\":\"4242\"}}}");
	}

}
