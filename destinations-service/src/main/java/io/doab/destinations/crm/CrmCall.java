package io.doab.destinations.crm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the CRM is told of one type of event.
 *
 * @param body field to where its value is in the event; empty for no body
 * @param require what an event must have to be told of
 */
record CrmCall(String method, PathTemplate path, Map<String, JsonPointer> body, List<JsonPointer> require) {

	private static final Set<String> METHODS = Set.of("POST", "PUT", "PATCH", "DELETE");

	/**
	 * Reads the configuration of a call.
	 * @param type the type of event
	 * @throws IllegalArgumentException when it is wrong; the message names the property
	 */
	static CrmCall of(String type, CrmProperties.Call call) {
		String property = "destinations.crm.mapping[" + type + "]";
		if (!METHODS.contains(call.method())) {
			throw new IllegalArgumentException(
					property + ".method '" + call.method() + "' must be one of POST, PUT, PATCH and DELETE");
		}
		Map<String, JsonPointer> body = new LinkedHashMap<>();
		call.body()
			.forEach((field, pointer) -> body.put(field,
					named(property + ".body[" + field + "]", pointer, CrmCall::pointer)));
		return new CrmCall(call.method(), named(property + ".path", call.path(), PathTemplate::new), body,
				call.require()
					.stream()
					.map((pointer) -> named(property + ".require", pointer, CrmCall::pointer))
					.toList());
	}

	static JsonPointer pointer(String text) {
		if (!text.isEmpty() && !text.startsWith("/")) {
			throw new IllegalArgumentException("must have JSON pointers, which begin with a slash: /data/orderId");
		}
		return JsonPointer.compile(text);
	}

	private static <T> T named(String property, String text, Reader<T> reader) {
		try {
			return reader.read(text);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(property + " '" + text + "' " + ex.getMessage(), ex);
		}
	}

	/** Whether the event has all that is needed to tell of it. */
	boolean isFor(JsonNode event) {
		return this.require.stream().allMatch((pointer) -> isThere(event.at(pointer)));
	}

	/** The body for an event, without the fields that it has no value for, or null. */
	@Nullable ObjectNode bodyOf(JsonNode event) {
		if (this.body.isEmpty()) {
			return null;
		}
		ObjectNode fields = JsonNodeFactory.instance.objectNode();
		this.body.forEach((field, pointer) -> {
			JsonNode value = event.at(pointer);
			if (isThere(value)) {
				fields.set(field, value);
			}
		});
		return fields;
	}

	private static boolean isThere(JsonNode value) {
		return !value.isMissingNode() && !value.isNull();
	}

	/** Reads a value of the configuration. */
	private interface Reader<T> {

		T read(String text);

	}

}
