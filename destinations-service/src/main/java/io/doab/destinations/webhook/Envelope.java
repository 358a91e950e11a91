package io.doab.destinations.webhook;

import java.util.List;

import io.doab.stream.Event;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a receiver gets of an event: its type, its time and its data, as Standard Webhooks
 * recommends, but for what is withheld.
 */
final class Envelope {

	private final JsonMapper json = JsonMapper.builder().build();

	private final List<String> withheld;

	/**
	 * Makes envelopes.
	 * @param withheld JSON pointers into the data
	 */
	Envelope(List<String> withheld) {
		this.withheld = List.copyOf(withheld);
	}

	byte[] of(Event<JsonNode> event) {
		JsonNode data = event.data().deepCopy();
		for (String pointer : this.withheld) {
			int slash = pointer.lastIndexOf('/');
			if (data.at(pointer.substring(0, slash)) instanceof ObjectNode parent) {
				parent.remove(pointer.substring(slash + 1).replace("~1", "/").replace("~0", "~"));
			}
		}
		ObjectNode envelope = this.json.createObjectNode();
		envelope.put("type", event.type());
		envelope.put("timestamp", event.time().toString());
		envelope.set("data", data);
		return this.json.writeValueAsBytes(envelope);
	}

}
