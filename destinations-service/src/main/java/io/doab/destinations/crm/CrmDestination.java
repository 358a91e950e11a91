package io.doab.destinations.crm;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.doab.destinations.EventDestination;
import io.doab.stream.Event;
import io.doab.stream.ProcessingContext;
import io.doab.stream.RetryPolicy;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells a CRM of results, a call for each, in the order of their key. Which call, the
 * configuration says.
 *
 * <p>
 * A call may be made twice for one event, when a member dies or an answer is lost: the
 * event's id is its {@code Idempotency-Key} each time.
 */
final class CrmDestination implements EventDestination {

	/**
	 * Patient, for only the event's key waits: thirty attempts over about two hours.
	 */
	private static final RetryPolicy RETRIES = new RetryPolicy(30, Duration.ofSeconds(1), 2, Duration.ofMinutes(5),
			0.2);

	private final CrmClient client;

	private final @Nullable String url;

	private final Map<String, CrmCall> calls = new LinkedHashMap<>();

	private final JsonMapper json;

	/**
	 * Makes it from its configuration.
	 * @throws IllegalArgumentException when that is wrong; the message names the property
	 */
	CrmDestination(CrmProperties properties, CrmClient client, JsonMapper json) {
		this.client = client;
		this.json = json;
		URI base = properties.url();
		this.url = (base == null || base.toString().isEmpty()) ? null : base.toString().replaceAll("/+$", "");
		properties.mapping().forEach((type, call) -> this.calls.put(type, CrmCall.of(type, call)));
	}

	@Override
	public String name() {
		return "crm";
	}

	@Override
	public Optional<String> missing() {
		return (this.url == null) ? Optional.of("destinations.crm.url is not set") : Optional.empty();
	}

	@Override
	public RetryPolicy retries() {
		return RETRIES;
	}

	@Override
	public void deliver(Event<JsonNode> event, ProcessingContext context) throws Exception {
		CrmCall call = this.calls.get(event.type());
		if (call == null) {
			return;
		}
		ObjectNode document = document(event);
		if (call.isFor(document)) {
			ObjectNode body = call.bodyOf(document);
			this.client.call(call.method(), URI.create(this.url + call.path().expand(document)), event.id(),
					(body != null) ? this.json.writeValueAsBytes(body) : null);
		}
	}

	@Override
	public boolean isOutage(Exception failure) {
		return failure instanceof CrmAwayException;
	}

	/** The event in the JSON form of CloudEvents. */
	private ObjectNode document(Event<JsonNode> event) {
		ObjectNode document = this.json.createObjectNode()
			.put("specversion", "1.0")
			.put("id", event.id())
			.put("type", event.type())
			.put("source", event.source().toString())
			.put("time", event.time().toString());
		if (event.key() != null) {
			document.put("partitionkey", event.key());
		}
		document.set("data", event.data());
		return document;
	}

}
