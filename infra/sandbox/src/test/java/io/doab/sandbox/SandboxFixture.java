package io.doab.sandbox;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A sandbox on free ports, and a client of it. */
final class SandboxFixture implements AutoCloseable {

	static final String TOKEN = "crm-token";

	static final String WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final Sandbox sandbox = new Sandbox(
			new SandboxSettings("127.0.0.1", 0, 0, TOKEN, "doab", "mail-password", WEBHOOK_SECRET, null));

	private final HttpClient http = HttpClient.newHttpClient();

	int smtpPort() {
		return this.sandbox.smtpPort();
	}

	HttpRequest.Builder to(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.sandbox.port() + path))
			.timeout(Duration.ofSeconds(20));
	}

	HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
		try {
			return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	HttpResponse<String> crm(String key, String body) throws IOException {
		return send(to("/crm/events").header("Authorization", "Bearer " + TOKEN)
			.header("Idempotency-Key", key)
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	HttpResponse<String> webhook(String path, Map<String, String> headers, String body) throws IOException {
		HttpRequest.Builder request = to(path).POST(HttpRequest.BodyPublishers.ofString(body));
		headers.forEach(request::header);
		return send(request);
	}

	/** Changes how a part behaves. */
	HttpResponse<String> behave(String part, String behaviour) throws IOException {
		return send(to(part + "/behaviour").PUT(HttpRequest.BodyPublishers.ofString(behaviour)));
	}

	JsonNode get(String path) throws IOException {
		HttpResponse<String> response = send(to(path));
		return JSON.readTree(response.body());
	}

	@Override
	public void close() {
		this.http.shutdownNow();
		this.sandbox.close();
	}

}
