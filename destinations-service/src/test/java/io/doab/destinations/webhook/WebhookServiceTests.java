package io.doab.destinations.webhook;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.doab.destinations.DestinationsRun;
import io.doab.destinations.webhook.WebhookReceiver.Received;
import io.doab.stream.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The service as it runs, from a subscription over REST and an event in a stream to a
 * receiver that checks the signature.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebhookServiceTests {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final Duration LONG = Duration.ofSeconds(20);

	private final HttpClient http = HttpClient.newHttpClient();

	private final WebhookReceiver receiver = WebhookReceiver.start();

	private final DestinationsRun run = new DestinationsRun();

	private ConfigurableApplicationContext context;

	@BeforeAll
	void start() {
		this.context = this.run.start(WebApplicationType.SERVLET,
				Map.of("destinations.webhooks.key", "0123456789abcdef", "destinations.webhooks.allow-http", "true",
						"destinations.webhooks.allowed-networks", "127.0.0.1/32"));
	}

	@AfterAll
	void stop() {
		this.run.close();
		this.receiver.close();
		this.http.close();
	}

	@Test
	void whatWasSubscribedToArrivesSignedAndNothingElse() throws Exception {
		JsonNode created = send(201, "POST", "", """
				{"url": "%s", "eventTypes": ["payment.*"], "filter": [{"field": "/customer/country", "in": ["GB"]}]}"""
			.formatted(this.receiver.url("127.0.0.1", "/hooks")));
		String secret = created.path("secret").stringValue();
		publish("payment.authorized", "1", "GB");
		publish("payment.authorized", "2", "FR");
		publish("inventory.reserved", "3", "GB");
		publish("payment.declined", "4", "GB");
		await().atMost(LONG).until(() -> this.receiver.received("/hooks").size() >= 2);
		List<Received> received = this.receiver.received("/hooks");
		assertThat(received).hasSize(2).allSatisfy((one) -> assertSigned(one, secret));
		assertThat(received).extracting((one) -> JSON.readTree(one.body()).path("data").path("orderId").stringValue())
			.containsExactlyInAnyOrder("1", "4");

		String id = created.path("id").stringValue();
		JsonNode rotated = send(200, "POST", "/" + id + "/secret", "");
		assertThat(send(200, "POST", "/" + id + "/test", "").path("delivered").booleanValue()).isTrue();
		Received test = this.receiver.received("/hooks").get(2);
		assertSigned(test, secret);
		assertSigned(test, rotated.path("secret").stringValue());
		assertThat(test.body()).contains("webhook.test");
	}

	@Test
	void aSubscriptionIsListedReadChangedAndDeletedAndItsSecretShownOnce() throws Exception {
		String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
		JsonNode created = send(201, "POST", "", """
				{"url": "%s", "eventTypes": ["never.*"], "description": "first", "secret": "%s"}"""
			.formatted(this.receiver.url("127.0.0.1", "/other"), secret));
		String id = created.path("id").stringValue();
		assertThat(created.path("secret").stringValue()).isEqualTo(secret);
		JsonNode listed = send(200, "GET", "", "");
		assertThat(listed.path("subscriptions").toString()).contains(id).doesNotContain("secret\"");
		JsonNode patched = send(200, "PATCH", "/" + id,
				"{\"description\": null, \"ordered\": false, \"enabled\": false}");
		assertThat(patched.has("description")).isFalse();
		assertThat(patched.path("ordered").booleanValue()).isFalse();
		assertThat(patched.path("status").stringValue()).isEqualTo("disabled");
		assertThat(patched.path("eventTypes").toString()).isEqualTo("[\"never.*\"]");
		assertThat(send(200, "PUT", "/" + id,
				"{\"url\": \"%s\", \"eventTypes\": [\"*\"], \"enabled\": true}"
					.formatted(this.receiver.url("127.0.0.1", "/other")))
			.path("status")
			.stringValue()).isEqualTo("active");
		send(422, "PATCH", "/" + id, "{\"secret\": \"" + secret + "\"}");
		assertThat(send(200, "GET", "/" + id + "/deliveries?status=waiting", "").path("deliveries").isArray()).isTrue();
		send(400, "GET", "/" + id + "/deliveries?status=lost", "");
		send(404, "POST", "/" + id + "/deliveries/msg_1/retry", "");
		send(204, "DELETE", "/" + id, "");
		send(404, "GET", "/" + id, "");
		send(404, "POST", "/" + id + "/resume", "");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					{"url": "http://10.0.0.1/", "eventTypes": ["*"]}                                     | /url
					{"url": "http://127.0.0.2/", "eventTypes": ["*"]}                                    | /url
					{"url": "http://2130706433/", "eventTypes": ["*"]}                                   | /url
					{"url": "http://u:p@127.0.0.1/", "eventTypes": ["*"]}                                | /url
					{"eventTypes": ["*"]}                                                                | /url
					{"url": "http://127.0.0.1/", "eventTypes": []}                                       | /eventTypes
					{"url": "http://127.0.0.1/", "eventTypes": ["a*"]}                                   | /eventTypes/0
					{"url": "http://127.0.0.1/", "eventTypes": "*"}                                      | /eventTypes
					{"url": "http://127.0.0.1/", "eventTypes": ["*"], "secret": "whsec_c2hvcnQ="}        | /secret
					{"url": "http://127.0.0.1/", "eventTypes": ["*"], "filter": [{"field": "x", "in": [1]}]}     | /filter/0/field
					{"url": "http://127.0.0.1/", "eventTypes": ["*"], "filter": [{"field": "/x", "in": []}]}     | /filter/0/in
					{"url": "http://127.0.0.1/", "eventTypes": ["*"], "filter": [{"field": "/x", "in": [1, {}]}]} | /filter/0/in/1
					{"url": "http://127.0.0.1/", "eventTypes": ["*"], "filter": [{"field": "/x", "in": [null]}]} | /filter/0/in/0
					""")
	void whatIsWrongIsSaidFieldByField(String body, String pointer) throws Exception {
		JsonNode problem = send(422, "POST", "", body);
		assertThat(problem.path("errors").values()).extracting((error) -> error.path("pointer").stringValue())
			.containsExactly(pointer);
	}

	@Test
	void nobodySubscribesWithoutTheToken() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(uri("")).build();
		assertThat(this.http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(401);
	}

	private void publish(String type, String order, String country) {
		Map<String, Object> data = Map.of("orderId", order, "amount", Map.of("value", "1.00", "currency", "GBP"),
				"customer", Map.of("id", "7", "country", country));
		DestinationsRun.publish(this.context, "payments.processed", List.of(Event.of(type, order, data)));
	}

	/** As the documentation tells receivers to do it. */
	private static void assertSigned(Received received, String secret) {
		String content = received.header("webhook-id") + "." + received.header("webhook-timestamp") + "."
				+ received.body();
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
			String expected = "v1,"
					+ Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
			assertThat(received.header("webhook-signature").split(" ")).contains(expected);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private URI uri(String path) {
		return URI.create("http://localhost:" + this.context.getEnvironment().getProperty("local.server.port")
				+ "/webhooks/subscriptions" + path);
	}

	private JsonNode send(int status, String method, String path, String body)
			throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(uri(path))
			.header("Authorization", "Bearer a-token")
			.header("Content-Type", "application/json")
			.method(method, HttpRequest.BodyPublishers.ofString(body))
			.build();
		HttpResponse<String> response = this.http.send(request, HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		return response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
	}

}
