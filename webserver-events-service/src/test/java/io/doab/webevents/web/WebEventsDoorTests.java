package io.doab.webevents.web;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.doab.webevents.RunningService;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Web events as they come in over HTTP, and what becomes of the addresses in them.
 */
@ExtendWith(OutputCaptureExtension.class)
class WebEventsDoorTests {

	private static final String LINE = "%s - - [17/May/2015:10:05:03 +0000] \"GET /%s HTTP/1.1\" 200 12 \"-\" \"curl/8.5.0\"";

	private static final String JSON = """
			{"time": "2015-05-17T10:05:03Z", "clientIp": "%s", "method": "GET", "path": "/%s", "status": 200}""";

	private static RunningService service;

	@BeforeAll
	static void start(@TempDir Path folder) {
		service = new RunningService(folder);
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void brokenLinesOfALogAreToldByTheirNumberAndTheOthersTaken() throws Exception {
		HttpResponse<String> answer = service.post("text/plain",
				LINE.formatted("192.0.2.1", "lines") + "\n\nno line\n" + LINE.formatted("192.0.2.2", "lines") + "\r\n"
						+ LINE.formatted("192.0.2.3", "lines").replace("200", "999") + "\n");
		assertThat(answer.statusCode()).isEqualTo(202);
		JsonNode summary = read(answer);
		assertThat(summary.path("accepted").asInt()).isEqualTo(2);
		assertThat(summary.path("rejected").asInt()).isEqualTo(2);
		assertThat(errors(summary)).containsExactly("3: not a line of an access log: the field 'user' is missing",
				"5: not a line of an access log: the field 'status' is no number from 100 to 599");
		awaitProcessed("/lines", 2);
	}

	@Test
	void manyEventsInJsonAreLinesToo() throws Exception {
		HttpResponse<String> answer = service.post("application/x-ndjson",
				JSON.formatted("192.0.2.1", "ndjson") + "\n{}\nno json\n"
						+ JSON.formatted("2001:db8::1", "ndjson").replace("GET", "") + "\n"
						+ JSON.formatted("2001:db8::1", "ndjson") + "\n");
		JsonNode summary = read(answer);
		assertThat(summary.path("accepted").asInt()).isEqualTo(2);
		assertThat(errors(summary)).hasSize(3)
			.satisfiesExactly((error) -> assertThat(error).startsWith("2: /clientIp "),
					(error) -> assertThat(error).startsWith("3: The body is not JSON"),
					(error) -> assertThat(error).startsWith("4: /method "));
		awaitProcessed("/ndjson", 2);
	}

	@Test
	void oneEventIsTakenAsJson() throws Exception {
		HttpResponse<String> answer = service.post("application/json", JSON.formatted("host_1.example.com", "single"));
		assertThat(answer.statusCode()).isEqualTo(202);
		assertThat(read(answer).path("stream").asString()).isEqualTo("web-events");
		awaitProcessed("/single", 1);
	}

	@Test
	void wrongFieldsAreToldOneByOne() throws Exception {
		HttpResponse<String> answer = service.post("application/json",
				"""
						{"time": "yesterday", "clientIp": "<script>", "method": "GET", "path": "/", "status": 99, "bytes": -1}""");
		assertThat(answer.statusCode()).isEqualTo(422);
		assertThat(read(answer).path("errors").valueStream().map((error) -> error.path("pointer").asString()))
			.containsExactlyInAnyOrder("/time", "/clientIp", "/status", "/bytes");
		assertThat(answer.body()).doesNotContain("script").doesNotContain("yesterday");
	}

	@Test
	void linesThatAreSentAgainUnderTheirKeyCountOnce() throws Exception {
		String lines = (LINE.formatted("192.0.2.1", "repeated") + "\n").repeat(3);
		for (int i = 0; i < 2; i++) {
			assertThat(service.post("text/plain", lines, "Idempotency-Key", "repeated").statusCode()).isEqualTo(202);
		}
		service.post("text/plain", LINE.formatted("192.0.2.1", "repeated-last"));
		awaitProcessed("/repeated-last", 1);
		awaitProcessed("/repeated", 3);
	}

	@Test
	void noAddressIsKeptAnywhere(CapturedOutput output) throws Exception {
		List<String> addresses = List.of("203.0.113.77", "2001:db8:77:88::99", "::ffff:203.0.113.78",
				"dsl-203-0-113-79.example.net");
		for (String address : addresses) {
			service.post("text/plain", LINE.formatted(address, "kept") + "\n" + address + " - broken\n" + address
					+ " - - [17/May/2015:10:05:03 +0000] \"GET /" + "x".repeat(20_000) + " HTTP/1.1\" 200 1");
			service.post("application/json", JSON.formatted(address, "kept"));
			HttpResponse<String> refused = service.post("application/json",
					JSON.formatted(address, "kept").replace("200", "true"));
			assertThat(refused.statusCode()).isEqualTo(422);
			assertThat(refused.body()).doesNotContain(address);
		}
		awaitProcessed("/kept", 2 * addresses.size());
		String stored = service.stored("web-events") + service.stored("web-events.processed")
				+ service.stored("web-events.dead-letter") + service.actuator("prometheus") + output;
		assertThat(stored).contains("/kept");
		for (String part : List.of("203.0.113", "203-0-113", "2001:db8", "cb00:714e")) {
			assertThat(stored).doesNotContain(part);
		}
		JsonNode first = processed("/kept").getFirst();
		assertThat(processed("/kept").stream().map((event) -> event.path("visitor").asString()).distinct()).hasSize(6);
		assertThat(first.path("userAgent").path("bot").asBoolean()).isTrue();
	}

	private static List<String> errors(JsonNode summary) {
		return summary.path("errors")
			.valueStream()
			.map((error) -> error.path("line").asString() + ": " + error.path("reason").asString())
			.toList();
	}

	private static JsonNode read(HttpResponse<String> answer) {
		return new JsonMapper().readTree(answer.body());
	}

	private static List<JsonNode> processed(String path) {
		return service.events("web-events.processed")
			.stream()
			.filter((event) -> event.path("path").asString().equals(path))
			.toList();
	}

	private static void awaitProcessed(String path, int count) {
		await().pollInterval(Duration.ofMillis(20)).until(() -> processed(path).size() >= count);
		assertThat(processed(path)).hasSize(count);
	}

}
