package io.doab.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;

import tools.jackson.databind.JsonNode;

/**
 * A CRM that takes an event once per {@code Idempotency-Key}: 201 the first time, 200
 * when it is there already.
 */
final class Crm implements Peer {

	private final FaultSwitch faults = new FaultSwitch();

	private final Received received = Received.ofStandardSize();

	private final BearerToken token;

	Crm(String token) {
		this.token = new BearerToken(token);
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
		if (!this.token.isOf(request)) {
			return BearerToken.refusal();
		}
		String key = request.idempotencyKey();
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
