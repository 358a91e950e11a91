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

	private final Duration timeout;

	public ShopClient(HttpClient http, String token) {
		this(http, token, TIMEOUT);
	}

	/**
	 * A client of its own patience.
	 * @param timeout how long an answer may take
	 */
	public ShopClient(HttpClient http, String token, Duration timeout) {
		this.http = http;
		this.token = token;
		this.timeout = timeout;
	}

	/** Posts a body. */
	public HttpResponse<String> post(URI url, String contentType, String body, @Nullable String idempotencyKey)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(url)
			.timeout(this.timeout)
			.header("Authorization", "Bearer " + this.token)
			.header("Content-Type", contentType)
			.POST(HttpRequest.BodyPublishers.ofString(body));
		if (idempotencyKey != null) {
			request.header("Idempotency-Key", idempotencyKey);
		}
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

}
