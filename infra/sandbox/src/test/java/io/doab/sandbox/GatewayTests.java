package io.doab.sandbox;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The payment gateway answers by the card, and a repeat as it answered the first.
 */
class GatewayTests {

	private final SandboxFixture sandbox = new SandboxFixture();

	@AfterEach
	void close() {
		this.sandbox.close();
	}

	private HttpResponse<String> post(String path, String key, String outcome) throws IOException {
		return this.sandbox.send(this.sandbox.to("/gateway" + path)
			.header("Idempotency-Key", key)
			.POST(HttpRequest.BodyPublishers.ofString("""
					{"card":{"token":"tok1.visa.4242.valid.%s.1f2e","brand":"visa","last4":"4242"},
					 "amount":{"value":"139.12","currency":"GBP"}}""".formatted(outcome))));
	}

	@Test
	void whatIsAuthorizedHasAnIdThatIsTheSameTheNextTime() throws IOException {
		HttpResponse<String> first = post("/authorizations", "one", "authorized");
		assertThat(first.statusCode()).isEqualTo(200);
		assertThat(first.body()).contains("\"id\":\"authorization_");
		assertThat(post("/authorizations", "one", "authorized").body()).isEqualTo(first.body());
		assertThat(post("/authorizations", "two", "authorized").body()).isNotEqualTo(first.body());
		assertThat(this.sandbox.get("/gateway")).hasSize(2);
		assertThat(this.sandbox.get("/gateway").at("/1/deliveries").asInt()).isEqualTo(2);
		assertThat(this.sandbox.get("/").at("/gateway/repeated").asInt()).isEqualTo(1);
	}

	@Test
	void aCardWithoutFundsIsDeclined() throws IOException {
		HttpResponse<String> answer = post("/authorizations", "one", "insufficient_funds");
		assertThat(answer.statusCode()).isEqualTo(402);
		assertThat(answer.body()).isEqualTo("{\"reason\":\"insufficient_funds\"}");
	}

	@Test
	void aRefundIsDoneThoughItsAnswerWasLost() throws IOException {
		this.sandbox.behave("/gateway", "{\"status\":500,\"keep\":true}");
		assertThat(post("/refunds", "one", "authorized").statusCode()).isEqualTo(500);
		this.sandbox.send(this.sandbox.to("/gateway/behaviour").DELETE());
		assertThat(post("/refunds", "one", "authorized").body()).contains("\"id\":\"refund_");
		assertThat(this.sandbox.get("/").at("/gateway/distinct").asInt()).isEqualTo(1);
	}

}
