package io.doab.local;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an instance of a service said when it was asked what it owns.
 *
 * @param instance its label
 * @param kind whether it said anything
 * @param groups what it owns, by consumer group; also those of which it owns nothing
 */
record InstanceAnswer(String instance, Kind kind, Map<String, GroupShare> groups) {

	private static final JsonMapper JSON = new JsonMapper();

	/** Whether an instance answered. */
	enum Kind {

		ANSWERED,

		/** Nobody listens there: it owns nothing. */
		ABSENT,

		/** It may own what it did, or nothing any more. */
		SILENT

	}

	static InstanceAnswer absent(String instance) {
		return new InstanceAnswer(instance, Kind.ABSENT, Map.of());
	}

	static InstanceAnswer silent(String instance) {
		return new InstanceAnswer(instance, Kind.SILENT, Map.of());
	}

	/**
	 * Reads what the endpoint {@code streams} answered. What is no such answer says as
	 * little as none.
	 */
	static InstanceAnswer parse(String instance, String body) {
		try {
			JsonNode answer = JSON.readTree(body);
			if (!answer.path("processors").isArray()) {
				return silent(instance);
			}
			Map<String, Integer> partitions = new LinkedHashMap<>();
			answer.path("streams")
				.forEach((stream) -> partitions.put(stream.path("name").asString(""),
						stream.path("partitions").asInt(0)));
			Map<String, GroupShare> groups = new LinkedHashMap<>();
			answer.path("processors")
				.forEach((processor) -> groups.put(processor.path("name").asString(""), share(processor, partitions)));
			return new InstanceAnswer(instance, Kind.ANSWERED, groups);
		}
		catch (JacksonException ex) {
			return silent(instance);
		}
	}

	/** The inputs of a group have the same number of partitions. */
	private static GroupShare share(JsonNode processor, Map<String, Integer> partitions) {
		TreeSet<Integer> owned = new TreeSet<>();
		processor.path("partitions").forEach((partition) -> owned.add(partition.asInt(0)));
		int count = owned.isEmpty() ? 0 : owned.last() + 1;
		for (JsonNode input : processor.path("inputs")) {
			count = Math.max(count, partitions.getOrDefault(input.asString(""), 0));
		}
		return new GroupShare(count, owned);
	}

}
