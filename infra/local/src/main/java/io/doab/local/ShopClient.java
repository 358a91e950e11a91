package io.doab.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the services. Safe for use by many threads.
 */
public final class ShopClient {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final HttpClient http;

	private final String token;

	public ShopClient(HttpClient http, String token) {
		this.http = http;
		this.token = token;
	}

	/** Posts a body. */
	public HttpResponse<String> post(URI url, String contentType, String body, @Nullable String idempotencyKey)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(url)
			.timeout(TIMEOUT)
			.header("Authorization", "Bearer " + this.token)
			.header("Content-Type", contentType)
			.POST(HttpRequest.BodyPublishers.ofString(body));
		if (idempotencyKey != null) {
			request.header("Idempotency-Key", idempotencyKey);
		}
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

}
