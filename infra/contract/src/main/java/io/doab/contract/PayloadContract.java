package io.doab.contract;

import java.util.Map;

/**
 * What is in JSON at the borders of a service: its events by type, and the bodies of its
 * requests by name.
 */
public final class PayloadContract {

	private PayloadContract() {
	}

	/**
	 * Holds {@code docs/contract/events} to the records that are the events' payloads.
	 * @param payloads by type of event
	 */
	public static void requireEvents(Map<String, Class<?>> payloads) {
		payloads.forEach((type, payload) -> ContractFile.named("events/" + type + ".json")
			.requireContent(JsonSchema.of(type, payload)));
	}

	/**
	 * Holds {@code docs/contract/requests} to the records that requests are read into.
	 * @param bodies by name
	 */
	public static void requireRequests(Map<String, Class<?>> bodies) {
		bodies.forEach((name, body) -> ContractFile.named("requests/" + name + ".json")
			.requireContent(JsonSchema.of(name, body)));
	}

	/**
	 * Holds {@code docs/contract/answers} to the records that are written as answers.
	 * @param bodies by name
	 */
	public static void requireAnswers(Map<String, Class<?>> bodies) {
		bodies.forEach((name, body) -> ContractFile.named("answers/" + name + ".json")
			.requireContent(JsonSchema.of(name, body)));
	}

}
