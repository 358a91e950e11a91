package io.doab.sandbox;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * A CRM that takes an event once per {@code Idempotency-Key}: 201 the first time, 200
 * when it is there already.
 */
final class Crm implements Peer {

	private static final int MAX_KEY_CHARS = 256;

	private final FaultSwitch faults = new FaultSwitch();

	private final Received received = Received.ofStandardSize();

	private final byte[] authorization;

	Crm(String token) {
		this.authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public String path() {
		return "/crm";
	}

	@Override
	public FaultSwitch faults() {
		return this.faults;
	}

	@Override
	public Received received() {
		return this.received;
	}

	@Override
	public void behave(Behaviour behaviour) {
		this.faults.set(behaviour);
	}

	@Override
	public Answer answer(Request request) {
		return switch (request.method() + " " + request.path()) {
			case "POST /crm/events" -> this.faults.around(() -> post(request));
			case "GET /crm/events" -> this.received.list(request);
			case "DELETE /crm/events" -> {
				this.received.clear();
				yield Answer.noContent();
			}
			default -> Answer.problem(404, "There is POST, GET and DELETE /crm/events");
		};
	}

	private Answer post(Request request) {
		String given = request.headers().getOrDefault("authorization", "");
		if (!MessageDigest.isEqual(this.authorization, given.getBytes(StandardCharsets.UTF_8))) {
			return Answer.problem(401, "The token is missing or wrong").with("WWW-Authenticate", "Bearer");
		}
		@Nullable String key = request.header("idempotency-key");
		if (key == null || key.isBlank() || key.length() > MAX_KEY_CHARS) {
			return Answer.problem(400, "An Idempotency-Key of up to " + MAX_KEY_CHARS + " characters is needed");
		}
		JsonNode event = request.json();
		if (!event.isObject()) {
			return Answer.problem(422, "The body must be a JSON object");
		}
		return keep(key, event) ? Answer.json(201, Map.of("id", key))
				: Answer.json(200, Map.of("id", key, "duplicate", true));
	}

	private synchronized boolean keep(String key, JsonNode event) {
		if (this.received.repeated(key)) {
			return false;
		}
		Map<String, Object> entry = new LinkedHashMap<>();
		entry.put("idempotencyKey", key);
		entry.put("event", event);
		this.received.add(key, entry);
		return true;
	}

}
