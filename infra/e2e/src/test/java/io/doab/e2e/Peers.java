package io.doab.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import io.doab.local.LocalPlatform;
import io.doab.local.ServiceName;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the platform's destinations talk to: the sandbox, which tells what it got and does
 * what it is told.
 */
final class Peers {

	static final String CRM = "/crm";

	static final String MAIL = "/mail";

	static final String WEBHOOKS = "/webhooks";

	private static final int ALL = 10_000;

	private final HttpClient http = HttpClient.newHttpClient();

	private final JsonMapper json = new JsonMapper();

	private final String url;

	Peers(LocalPlatform platform) {
		this.url = platform.service(ServiceName.SANDBOX).url().toString();
	}

	/** What came to the CRM, oldest first. */
	List<JsonNode> crmEvents() {
		return list("/crm/events");
	}

	/** The mails, oldest first. */
	List<JsonNode> mails() {
		return list(MAIL);
	}

	/** The calls of webhooks, oldest first. */
	List<JsonNode> webhooks() {
		return list(WEBHOOKS);
	}

	private List<JsonNode> list(String path) {
		List<JsonNode> found = new ArrayList<>();
		this.json.readTree(send(HttpRequest.newBuilder(URI.create(this.url + path + "?limit=" + ALL)).GET()))
			.forEach(found::add);
		return found.reversed();
	}

	/** Makes a peer slow, down or wrong. */
	void behave(String peer, String behaviour) {
		send(HttpRequest.newBuilder(URI.create(this.url + peer + "/behaviour"))
			.header("Content-Type", "application/json")
			.PUT(HttpRequest.BodyPublishers.ofString(behaviour)));
	}

	/** Makes a peer be as it should. */
	void recover(String peer) {
		send(HttpRequest.newBuilder(URI.create(this.url + peer + "/behaviour")).DELETE());
	}

	private String send(HttpRequest.Builder request) {
		try {
			HttpResponse<String> response = this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
			if (response.statusCode() >= 300) {
				throw new IllegalStateException(response.request().uri() + ": " + response.body());
			}
			return response.body();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
