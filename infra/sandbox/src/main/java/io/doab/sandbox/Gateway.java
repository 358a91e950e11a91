package io.doab.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * A payment gateway as docs/gateway.md has it, for a payment-service that is told to use
 * one: {@code payment.gateway.type=http}. It moves no money and answers by the card. What
 * comes under one key it does once, and answers a repeat as it answered the first.
 */
final class Gateway implements Peer {

	/** Where the outcome stands in the token of a card, between dots. */
	private static final int OUTCOME = 4;

	private final FaultSwitch faults = new FaultSwitch();

	private final Received received = Received.ofStandardSize();

	private final @Nullable BearerToken token;

	/**
	 * Creates one.
	 * @param token what it asks for, or null when it takes everybody
	 */
	Gateway(@Nullable String token) {
		this.token = (token != null) ? new BearerToken(token) : null;
	}

	@Override
	public String path() {
		return "/gateway";
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
			case "POST /gateway/authorizations" -> this.faults.around(() -> post(request, "authorization"));
			case "POST /gateway/refunds" -> this.faults.around(() -> post(request, "refund"));
			case "GET /gateway" -> this.received.list(request);
			case "DELETE /gateway" -> {
				this.received.clear();
				yield Answer.noContent();
			}
			default -> Answer.problem(404, "There is POST /gateway/authorizations and /gateway/refunds, GET /gateway");
		};
	}

	private Answer post(Request request, String what) {
		if (this.token != null && !this.token.isOf(request)) {
			return BearerToken.refusal();
		}
		String key = request.idempotencyKey();
		JsonNode body = request.json();
		String[] card = body.at("/card/token").asString("").split("\\.", -1);
		boolean declined = card.length > OUTCOME && card[OUTCOME].equals("insufficient_funds");
		keep(key, what, body, declined);
		return declined ? Answer.json(402, Map.of("reason", card[OUTCOME]))
				: Answer.json(200, Map.of("id", what + "_" + id(key)));
	}

	private synchronized void keep(String key, String what, JsonNode body, boolean declined) {
		if (!this.received.repeated(key)) {
			Map<String, Object> entry = new LinkedHashMap<>();
			entry.put("idempotencyKey", key);
			entry.put("request", what);
			entry.put("declined", declined);
			entry.put("amount", body.path("amount"));
			entry.put("last4", body.at("/card/last4"));
			this.received.add(key, entry);
		}
	}

	private static UUID id(String key) {
		return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
	}

}
