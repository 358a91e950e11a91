package io.doab.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A receiver of webhooks at {@code /webhooks} and {@code /webhooks/<name>}. It takes
 * everything, as a receiver should not: its list says whether the signature is right,
 * when it knows the secret, and shows the headers by which others can tell.
 */
final class Webhooks implements Peer {

	private final FaultSwitch faults = new FaultSwitch();

	private final Received received = Received.ofStandardSize();

	private final @Nullable WebhookSignature signature;

	Webhooks(@Nullable String secret) {
		this.signature = (secret != null) ? new WebhookSignature(secret) : null;
	}

	@Override
	public String path() {
		return "/webhooks";
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
		return switch (request.method()) {
			case "POST" -> this.faults.around(() -> post(request));
			case "GET" -> this.received.list(request);
			case "DELETE" -> {
				this.received.clear();
				yield Answer.noContent();
			}
			default -> Answer.problem(405, "There is POST, GET and DELETE").with("Allow", "GET, POST, DELETE");
		};
	}

	private Answer post(Request request) {
		Map<String, Object> entry = new LinkedHashMap<>();
		entry.put("name", name(request.path()));
		entry.put("headers", request.headers());
		entry.put("signature", (this.signature != null) ? this.signature.check(request) : "not checked");
		entry.put("body", request.jsonOrText());
		this.received.add(request.header("webhook-id"), entry);
		return Answer.noContent();
	}

	private static String name(String path) {
		return path.substring(Math.min(path.length(), "/webhooks/".length()));
	}

}
