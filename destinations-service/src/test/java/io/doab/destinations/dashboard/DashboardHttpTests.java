package io.doab.destinations.dashboard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.doab.stream.spring.DoabAutoConfiguration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dashboard over HTTP, on a real server and a real database.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardHttpTests {

	private static final String TOKEN = "a-token";

	private static final int MAX_LISTENERS = 2;

	private final HttpClient http = HttpClient.newHttpClient();

	private DashboardDatabase database;

	private ConfigurableApplicationContext application;

	private DashboardDestination destination;

	private int port;

	@BeforeAll
	@SuppressWarnings("NullAway.Init") // set before all tests
	void start() {
		this.database = new DashboardDatabase();
		this.application = new SpringApplicationBuilder(Application.class).run(
				"--spring.datasource.url=" + this.database.url(),
				"--spring.datasource.username=" + DashboardDatabase.USER,
				"--spring.datasource.password=" + DashboardDatabase.PASSWORD,
				"--spring.datasource.hikari.connection-timeout=500",
				"--spring.datasource.hikari.validation-timeout=250", "--server.port=0", "--management.server.port=-1",
				"--doab.ingestion.token=" + TOKEN, "--destinations.dashboard.period=5ms",
				"--destinations.dashboard.max-listeners=" + MAX_LISTENERS, "--server.tomcat.connection-timeout=5s",
				"--logging.level.root=" + System.getProperty("doab.log", "WARN"));
		this.destination = this.application.getBean(DashboardDestination.class);
		this.port = Integer.parseInt(this.application.getEnvironment().getProperty("local.server.port", "0"));
	}

	@AfterAll
	void stop() {
		this.application.close();
		this.database.close();
		this.http.shutdownNow();
	}

	@BeforeEach
	void empty() {
		// Those of the test before are gone when the server has noticed it.
		Awaitility.await().until(this::hasRoomForAll);
		this.database.empty();
	}

	private boolean hasRoomForAll() {
		DashboardFeed feed = this.application.getBean(DashboardFeed.class);
		List<DashboardFeed.Listener> listeners = Stream.generate(feed::listen)
			.limit(MAX_LISTENERS)
			.flatMap(Optional::stream)
			.toList();
		listeners.forEach(DashboardFeed.Listener::close);
		return listeners.size() == MAX_LISTENERS;
	}

	private HttpRequest.Builder to(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/dashboard" + path))
			.header("Authorization", "Bearer " + TOKEN);
	}

	private HttpResponse<String> get(String path) throws Exception {
		return this.http.send(to(path).build(), HttpResponse.BodyHandlers.ofString());
	}

	private HttpResponse<InputStream> listen() throws Exception {
		return this.http.send(to("/events").build(), HttpResponse.BodyHandlers.ofInputStream());
	}

	private void pay(String orderId) {
		this.destination.deliver(Samples.PAYMENTS,
				List.of(Samples.payment("id-" + orderId, orderId, "authorized", "", Instant.now())));
	}

	/** The next event that is of one of these names, and its data. */
	private static String next(BufferedReader events, String names) throws IOException {
		for (String line = events.readLine(); line != null; line = events.readLine()) {
			if (line.matches("event: (" + names + ")")) {
				return events.readLine();
			}
		}
		throw new IOException("The events ended before one of " + names);
	}

	private static BufferedReader reader(HttpResponse<InputStream> response) {
		return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
	}

	@Test
	void whoHasNoTokenSeesNothing() throws Exception {
		for (String path : List.of("/summary", "/orders", "/orders/1", "/events")) {
			HttpRequest request = HttpRequest
				.newBuilder(URI.create("http://localhost:" + this.port + "/dashboard" + path))
				.build();
			assertThat(this.http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode()).as(path)
				.isEqualTo(401);
		}
	}

	@Test
	void anOrderCanBeLookedUp() throws Exception {
		pay("an order?");
		HttpResponse<String> way = get("/orders/an%20order%3F");
		assertThat(way.statusCode()).isEqualTo(200);
		assertThat(way.body()).contains("\"type\":\"payment.authorized\"").doesNotContain("17850").doesNotContain("@");
		assertThat(get("/orders?limit=1").body()).contains("\"orderId\":\"an order?\"");
		assertThat(get("/summary").body()).contains("\"stream\":\"web-events.processed\"");
		HttpResponse<String> none = get("/orders/nobody");
		assertThat(none.statusCode()).isEqualTo(404);
		assertThat(none.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(get("/orders?limit=0").statusCode()).isEqualTo(400);
		assertThat(get("/orders?limit=many").statusCode()).isEqualTo(400);
	}

	@Test
	void whoListensSeesWhatIsThereAndThenWhatComes() throws Exception {
		pay("before");
		HttpResponse<InputStream> response = listen();
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream;charset=UTF-8");
		try (BufferedReader events = reader(response)) {
			// The picture of now may be one that was asked for a moment before the
			// payment.
			String picture = next(events, "snapshot");
			while (!picture.contains("\"orderId\":\"before\"")) {
				picture = next(events, "update");
			}
			pay("after");
			Awaitility.await().until(() -> next(events, "update").contains("\"orderId\":\"after\""));
		}
	}

	@Test
	void whoDoesNotReadIsDroppedAndHoldsUpNobody() throws Exception {
		this.destination.deliver(Samples.PAYMENTS,
				IntStream.range(0, 60)
					.mapToObj((i) -> Samples.payment("id" + i, "a rather long name of an order " + i, "authorized", "",
							Instant.now()))
					.toList());
		try (Socket slow = new Socket(); BufferedReader events = reader(listen())) {
			slow.setReceiveBufferSize(4_096);
			slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
			slow.getOutputStream()
				.write(("GET /dashboard/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + TOKEN
						+ "\r\n\r\n")
					.getBytes(StandardCharsets.UTF_8));
			assertThat(new String(slow.getInputStream().readNBytes(12), StandardCharsets.UTF_8))
				.isEqualTo("HTTP/1.1 200");
			long longest = 0;
			int status = listen().statusCode();
			assertThat(status).isEqualTo(429);
			for (int i = 0; status == 429; i++) {
				long began = System.nanoTime();
				next(events, "update");
				longest = Math.max(longest, System.nanoTime() - began);
				if (i % 20 == 0) {
					HttpResponse<InputStream> another = listen();
					status = another.statusCode();
					another.body().close();
				}
			}
			assertThat(status).isEqualTo(200);
			assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofSeconds(4));
		}
	}

	@Test
	void whileTheDatabaseIsAwayItSaysSoAndGoesOnAfterwards() throws Exception {
		try (BufferedReader events = reader(listen())) {
			next(events, "snapshot");
			this.database.server().stop();
			assertThat(next(events, "unavailable")).contains("does not answer");
			assertThat(get("/summary").statusCode()).isEqualTo(503);
			this.database.server().start();
			next(events, "snapshot|update");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = DoabAutoConfiguration.class)
	@EnableConfigurationProperties(DashboardProperties.class)
	@Import({ DashboardConfiguration.class, DashboardController.class })
	static class Application {

	}

}
