package io.doab.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The sandbox is subscribed once, however often the platform starts on the same data.
 */
class SampleSubscriptionTests {

	private static final URI RECEIVER = URI.create("http://127.0.0.1:8090/webhooks/sample");

	private final List<String> requests = new ArrayList<>();

	private HttpServer server;

	private String subscriptions = "{\"subscriptions\":[]}";

	private int status = 201;

	@BeforeEach
	@SuppressWarnings("NullAway.Init") // set before each test
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/webhooks/subscriptions", this::answer);
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange) {
			String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			this.requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
			byte[] answer = this.subscriptions.getBytes(StandardCharsets.UTF_8);
			switch (exchange.getRequestMethod()) {
				case "GET" -> {
					exchange.sendResponseHeaders(200, answer.length);
					exchange.getResponseBody().write(answer);
				}
				case "POST" -> exchange.sendResponseHeaders(this.status, -1);
				default -> exchange.sendResponseHeaders(204, -1);
			}
		}
	}

	private void ensure() {
		try (HttpClient http = HttpClient.newHttpClient()) {
			new SampleSubscription(http, URI.create("http://localhost:" + this.server.getAddress().getPort()), "token")
				.ensure(RECEIVER, "whsec_c2VjcmV0");
		}
	}

	@Test
	void itIsMadeWhenItIsNotThere() {
		ensure();
		assertThat(this.requests).hasSize(2)
			.last()
			.asString()
			.startsWith("POST /webhooks/subscriptions {")
			.contains("\"url\":\"" + RECEIVER + "\"")
			.contains("\"secret\":\"whsec_c2VjcmV0\"");
	}

	@Test
	void itIsLeftAloneWhenItIsThere() {
		this.subscriptions = "{\"subscriptions\":[{\"id\":\"7\",\"url\":\"" + RECEIVER
				+ "\",\"description\":\"The sandbox of the local run\"}]}";
		ensure();
		assertThat(this.requests).hasSize(1);
	}

	@Test
	void itIsReplacedWhenItLeadsElsewhereAndOthersAreNot() {
		this.subscriptions = """
				{"subscriptions":[{"id":"6","url":"https://shop.example","description":"Somebody's"},
				 {"id":"7","url":"http://127.0.0.1:1/webhooks","description":"The sandbox of the local run"}]}""";
		ensure();
		assertThat(this.requests).hasSize(3).element(1).isEqualTo("DELETE /webhooks/subscriptions/7 ");
	}

	@Test
	void whatIsRefusedIsSaidWithoutTheSecret() {
		this.status = 422;
		assertThatIllegalStateException().isThrownBy(this::ensure)
			.withMessageContaining("POST")
			.withMessageContaining("answers 422")
			.withMessageNotContaining("c2VjcmV0");
	}

}
