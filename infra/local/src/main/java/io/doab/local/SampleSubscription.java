package io.doab.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Subscribes the sandbox to the webhooks of the platform, so that there is somebody to
 * call. One that is there from a run before is left alone, and replaced when it leads
 * elsewhere.
 */
final class SampleSubscription {

	private static final String DESCRIPTION = "The sandbox of the local run";

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpClient http;

	private final URI subscriptions;

	private final String apiToken;

	/**
	 * Prepares it.
	 * @param destinations where the service is that has the subscriptions
	 */
	SampleSubscription(HttpClient http, URI destinations, String apiToken) {
		this.http = http;
		this.subscriptions = URI.create(destinations + "/webhooks/subscriptions");
		this.apiToken = apiToken;
	}

	/**
	 * Makes it, unless it is there.
	 * @param receiver what is to be called
	 * @param secret what the calls are signed with
	 * @throws IllegalStateException when the service refuses it
	 */
	void ensure(URI receiver, String secret) {
		HttpResponse<String> list = send(request(this.subscriptions));
		require(list, 200);
		for (JsonNode subscription : JSON.readTree(list.body()).path("subscriptions")) {
			if (DESCRIPTION.equals(subscription.path("description").asString(""))) {
				if (receiver.toString().equals(subscription.path("url").asString(""))) {
					return;
				}
				String id = subscription.path("id").asString("");
				require(send(request(URI.create(this.subscriptions + "/" + id)).DELETE()), 204);
			}
		}
		String body = JSON.writeValueAsString(Map.of("url", receiver.toString(), "eventTypes",
				List.of("payment.*", "inventory.*"), "description", DESCRIPTION, "secret", secret));
		require(send(request(this.subscriptions).header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))), 201);
	}

	private HttpRequest.Builder request(URI uri) {
		return HttpRequest.newBuilder(uri)
			.timeout(Duration.ofSeconds(20))
			.header("Authorization", "Bearer " + this.apiToken);
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The webhooks of the sandbox could not be subscribed to", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the sandbox was subscribed to webhooks", ex);
		}
	}

	private static void require(HttpResponse<String> answer, int status) {
		if (answer.statusCode() != status) {
			throw new IllegalStateException(
					"The sandbox could not be subscribed to webhooks: " + answer.request().method() + " " + answer.uri()
							+ " answers " + answer.statusCode() + " " + answer.body());
		}
	}

}
