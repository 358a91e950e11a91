package io.doab.console.dashboard;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.doab.console.ConsoleApplication;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What goes between the page and destinations-service, on real connections.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardForwardTests {

	private static final String TOKEN = "the-token-of-the-services";

	private final HttpClient http = HttpClient.newHttpClient();

	private final int destinationsPort = freePort();

	private DestinationsServer destinations;

	private ConfigurableApplicationContext console;

	private String url;

	@BeforeAll
	@SuppressWarnings("NullAway.Init") // set before all tests
	void start() {
		this.console = new SpringApplicationBuilder(ConsoleApplication.class).run("--server.port=0",
				"--management.server.port=-1", "--console.token=" + TOKEN, "--console.silence=5s",
				"--console.destinations=http://localhost:" + freePort() + ",http://localhost:" + this.destinationsPort,
				"--logging.level.root=" + System.getProperty("doab.log", "WARN"));
		this.url = "http://localhost:" + this.console.getEnvironment().getProperty("local.server.port");
	}

	@AfterAll
	void stop() {
		this.console.close();
		this.http.shutdownNow();
	}

	@BeforeEach
	void startDestinations() {
		this.destinations = new DestinationsServer(this.destinationsPort);
	}

	@AfterEach
	void stopDestinations() {
		this.destinations.close();
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (java.io.IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private HttpResponse<String> get(String path) throws Exception {
		return this.http.send(HttpRequest.newBuilder(URI.create(this.url + path)).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	private HttpResponse<InputStream> listen() throws Exception {
		return this.http.send(HttpRequest.newBuilder(URI.create(this.url + "/api/dashboard/events")).build(),
				HttpResponse.BodyHandlers.ofInputStream());
	}

	@Test
	void aRequestGoesOnWithTheTokenAndItsAnswerComesBackWithoutIt() throws Exception {
		this.destinations.answerWith(200, "{\"orders\":[]}");
		HttpResponse<String> answer = get("/api/dashboard/orders?limit=5");
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.body()).isEqualTo("{\"orders\":[]}");
		assertThat(answer.headers().toString()).doesNotContain(TOKEN);
		assertThat(this.destinations.requests()).containsExactly("/dashboard/orders?limit=5 Bearer " + TOKEN);
	}

	@Test
	void anOrderIdIsOneSegmentOfThePathWhateverIsInIt() throws Exception {
		get("/api/dashboard/orders/a%20b%3Fc%25");
		assertThat(this.destinations.requests()).containsExactly("/dashboard/orders/a%20b%3Fc%25 Bearer " + TOKEN);
		assertThat(get("/api/dashboard/orders/..%2F..%2Fwebhooks").statusCode()).isEqualTo(400);
		assertThat(get("/api/webhooks/subscriptions").statusCode()).isEqualTo(404);
		assertThat(this.destinations.requests()).hasSize(1);
	}

	@Test
	void whatIsRefusedIsRefusedToThePageAsWell() throws Exception {
		this.destinations.answerWith(404, "{\"status\":404}");
		assertThat(get("/api/dashboard/orders/1").statusCode()).isEqualTo(404);
		this.destinations.answerWith(429, "{}");
		HttpResponse<String> busy = get("/api/dashboard/summary");
		assertThat(busy.statusCode()).isEqualTo(429);
		assertThat(busy.headers().firstValue("Retry-After")).hasValue("7");
	}

	@Test
	void anEventArrivesWhenItIsSentAndNotWhenAllAre() throws Exception {
		this.destinations.send("first");
		HttpResponse<InputStream> response = listen();
		assertThat(response.headers().firstValue("Content-Type"))
			.hasValueSatisfying((type) -> assertThat(type).startsWith("text/event-stream"));
		try (BufferedReader events = new BufferedReader(
				new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
			assertThat(events.readLine()).isEqualTo("data: first");
			this.destinations.send("second");
			assertThat(events.readLine()).isEmpty();
			assertThat(events.readLine()).isEqualTo("data: second");
		}
	}

	@Test
	void whenThePageLeavesSoDoesTheConsole() throws Exception {
		this.destinations.send("first");
		HttpResponse<InputStream> response = listen();
		assertThat(response.body().read()).isEqualTo('d');
		response.body().close();
		Awaitility.await().pollInterval(Duration.ofMillis(20)).until(() -> {
			this.destinations.send("more");
			return this.destinations.listenerLeft().isDone();
		});
	}

	@Test
	void aStreamOnWhichNothingComesIsGivenUp() throws Exception {
		this.destinations.send("first");
		HttpResponse<InputStream> response = listen();
		long began = System.nanoTime();
		try (InputStream body = response.body()) {
			assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("data: first\n\n");
		}
		assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(18));
	}

	@Test
	void whileNobodyAnswersThePageIsToldAndThenItGoesOn() throws Exception {
		this.destinations.close();
		HttpResponse<String> away = get("/api/dashboard/summary");
		assertThat(away.statusCode()).isEqualTo(503);
		assertThat(away.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(away.body()).contains("destinations-service does not answer").doesNotContain("localhost");
		assertThat(listen().statusCode()).isEqualTo(503);
		startDestinations();
		assertThat(get("/api/dashboard/summary").statusCode()).isEqualTo(200);
	}

}
