package io.doab.console;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The page as a browser is given it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageTests {

	private static final Path FILES = Path.of("src/main/resources/static");

	private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"([^\"]+)\"|from \"\\./([^\"]+)\"");

	private final HttpClient http = HttpClient.newHttpClient();

	private ConfigurableApplicationContext console;

	private int port;

	@BeforeAll
	@SuppressWarnings("NullAway.Init") // set before all tests
	void start() {
		this.console = run("--console.token=secret-of-the-services");
		this.port = Integer.parseInt(this.console.getEnvironment().getProperty("local.server.port", "0"));
	}

	@AfterAll
	void stop() {
		this.console.close();
		this.http.shutdownNow();
	}

	private static ConfigurableApplicationContext run(String setting) {
		return new SpringApplicationBuilder(ConsoleApplication.class).run("--server.port=0",
				"--management.server.port=-1", setting,
				"--logging.level.root=" + System.getProperty("doab.log", "WARN"));
	}

	private HttpResponse<String> get(String path) throws Exception {
		return this.http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path)).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	private static List<Path> files() throws IOException {
		try (Stream<Path> files = Files.walk(FILES)) {
			return files.filter(Files::isRegularFile).toList();
		}
	}

	@Test
	void aBrowserMayRunAndLoadOnlyWhatComesFromHere() throws Exception {
		HttpResponse<String> page = get("/");
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.headers().firstValue("Content-Security-Policy")).hasValueSatisfying(
				(policy) -> assertThat(policy).startsWith("default-src 'none'; script-src 'self'; style-src 'self'")
					.doesNotContain("unsafe"));
		assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
		assertThat(page.body()).doesNotContainPattern("<script(?![^>]* src=)")
			.doesNotContain("<style")
			.doesNotContainPattern(" (style|on[a-z]+)=\"");
	}

	@Test
	void allThatThePageRefersToIsThere() throws Exception {
		for (Path file : files()) {
			var references = REFERENCE.matcher(Files.readString(file)).results().toList();
			for (var reference : references) {
				String path = (reference.group(1) != null) ? reference.group(1) : "/js/" + reference.group(2);
				assertThat(get(path).statusCode()).as(file + " refers to " + path).isEqualTo(200);
			}
		}
		assertThat(get("/js/main.js").headers().firstValue("Cache-Control")).hasValue("no-cache");
	}

	@Test
	void noFileNamesAnotherSiteOrMakesMarkupOfText() throws Exception {
		for (Path file : files()) {
			assertThat(Files.readString(file)).as(file.toString())
				.doesNotContain("innerHTML")
				.doesNotContainPattern("https?://(?!www\\.w3\\.org/2000/svg)");
		}
	}

	@Test
	void anotherSiteWhoseNameLeadsHereIsRefused() throws Exception {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			socket.getOutputStream()
				.write("GET /api/dashboard/summary HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
					.getBytes(StandardCharsets.US_ASCII));
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.startsWith("HTTP/1.1 421");
		}
	}

	@Test
	void withoutATokenItDoesNotStart() {
		assertThatThrownBy(() -> run("--console.token=").close()).rootCause()
			.hasMessageContaining("give the environment variable DOAB_API_TOKEN the token of the services");
	}

}
