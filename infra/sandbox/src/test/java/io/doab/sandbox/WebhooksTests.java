package io.doab.sandbox;

import java.io.IOException;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The receiver of webhooks shows what came, and whether the signature is right.
 */
class WebhooksTests {

	/** The example of the Standard Webhooks specification's libraries. */
	private static final Map<String, String> SIGNED = Map.of("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek",
			"webhook-timestamp", "1614265330", "webhook-signature",
			"v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

	private static final String BODY = "{\"test\": 2432232314}";

	private final SandboxFixture sandbox = new SandboxFixture();

	@AfterEach
	void close() {
		this.sandbox.close();
	}

	@Test
	void whatCameIsShownWithItsNameAndItsHeaders() throws IOException {
		assertThat(this.sandbox.webhook("/webhooks/shop", SIGNED, BODY).statusCode()).isEqualTo(204);
		assertThat(this.sandbox.webhook("/webhooks", Map.of(), "no json").statusCode()).isEqualTo(204);
		var list = this.sandbox.get("/webhooks");
		assertThat(list.at("/0/body").asString()).isEqualTo("no json");
		assertThat(list.at("/0/signature").asString()).isEqualTo("missing");
		assertThat(list.at("/1/name").asString()).isEqualTo("shop");
		assertThat(list.at("/1/headers/webhook-timestamp").asString()).isEqualTo("1614265330");
		assertThat(list.at("/1/signature").asString()).isEqualTo("valid");
		assertThat(list.at("/1/body/test").asLong()).isEqualTo(2432232314L);
	}

	@Test
	void aSignatureThatDoesNotFitTheBodyIsWrong() throws IOException {
		this.sandbox.webhook("/webhooks/shop", SIGNED, "{\"test\": 1}");
		assertThat(this.sandbox.get("/webhooks").at("/0/signature").asString()).isEqualTo("wrong");
	}

	@Test
	void repeatsAreToldApartByTheirId() throws IOException {
		this.sandbox.webhook("/webhooks/shop", SIGNED, BODY);
		this.sandbox.webhook("/webhooks/shop", SIGNED, BODY);
		var counts = this.sandbox.get("/").get("webhooks");
		assertThat(counts.get("total").asInt()).isEqualTo(2);
		assertThat(counts.get("distinct").asInt()).isEqualTo(1);
	}

}
