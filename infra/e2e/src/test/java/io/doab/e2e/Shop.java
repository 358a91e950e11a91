package io.doab.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import io.doab.local.LocalPlatform;
import io.doab.local.RetailFile.Invoice;
import io.doab.local.ServiceName;
import io.doab.local.ShopClient;
import io.doab.local.ShopRequests;

import org.jspecify.annotations.Nullable;

/**
 * A client of the platform that wants each of its requests to count once: it repeats a
 * request with its idempotency key until it is answered.
 */
final class Shop {

	static final String JSON = "application/json";

	static final String NDJSON = "application/x-ndjson";

	private static final int MAX_ATTEMPTS = 600;

	private final LocalPlatform platform;

	private final ShopClient client;

	Shop(LocalPlatform platform) {
		this.platform = platform;
		this.client = new ShopClient(HttpClient.newHttpClient(), platform.apiToken());
	}

	URI url(ServiceName service, String path) {
		return URI.create(this.platform.service(service).url() + path);
	}

	/** Sends a request once. */
	HttpResponse<String> post(ServiceName service, String path, String contentType, String body,
			@Nullable String idempotencyKey) {
		try {
			return this.client.post(url(service, path), contentType, body, idempotencyKey);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Sends a request until it is accepted. */
	HttpResponse<String> postUntilAccepted(ServiceName service, String path, String contentType, String body,
			String idempotencyKey) {
		for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
			try {
				HttpResponse<String> response = this.client.post(url(service, path), contentType, body, idempotencyKey);
				if (response.statusCode() != 503 && response.statusCode() != 429) {
					return response;
				}
			}
			catch (IOException ex) {
				// The service is away: the same request again.
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				break;
			}
			LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
		}
		throw new IllegalStateException("Not accepted for a long time: " + path + " " + idempotencyKey);
	}

	void pay(Invoice invoice, String orderId, String card) {
		require202(postUntilAccepted(ServiceName.PAYMENT, "/payments", JSON,
				ShopRequests.payment(invoice, orderId, card), "pay-" + orderId));
	}

	void reserve(Invoice invoice, String orderId) {
		require202(postUntilAccepted(ServiceName.INVENTORY, "/inventory", JSON,
				ShopRequests.inventory(invoice, orderId), "reserve-" + orderId));
	}

	void stock(String lines) {
		HttpResponse<String> response = post(ServiceName.INVENTORY, "/stock", NDJSON, lines, null);
		if (response.statusCode() != 200 || !response.body().contains("\"rejected\":0")) {
			throw new IllegalStateException("Stock was not set: " + response.statusCode() + " " + response.body());
		}
	}

	private static void require202(HttpResponse<String> response) {
		if (response.statusCode() != 202) {
			throw new IllegalStateException("Expected 202, was " + response.statusCode() + ": " + response.body());
		}
	}

}
