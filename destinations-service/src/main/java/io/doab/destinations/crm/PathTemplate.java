package io.doab.destinations.crm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.doab.stream.error.InvalidEventException;

import org.springframework.web.util.UriUtils;

import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * A path with values of the event in it. A value is always within one segment, whatever
 * it holds.
 */
final class PathTemplate {

	private static final Pattern VALUE = Pattern.compile("\\{([^{}]*)}");

	private static final Pattern FIXED = Pattern.compile("[A-Za-z0-9/._~!$&'()*+,;=:@%-]*");

	private final List<Part> parts = new ArrayList<>();

	/**
	 * Reads a template.
	 * @throws IllegalArgumentException when it is none
	 */
	PathTemplate(String template) {
		if (!template.isEmpty() && !template.startsWith("/")) {
			throw new IllegalArgumentException("must begin with a slash");
		}
		Matcher values = VALUE.matcher(template);
		int end = 0;
		while (values.find()) {
			fixed(template.substring(end, values.start()));
			this.parts.add(new Part.Value(CrmCall.pointer(values.group(1))));
			end = values.end();
		}
		fixed(template.substring(end));
	}

	private void fixed(String text) {
		if (!FIXED.matcher(text).matches()) {
			throw new IllegalArgumentException(
					"must have letters, digits and what a path may have else, and values as {/data/orderId}");
		}
		this.parts.add(new Part.Fixed(text));
	}

	/**
	 * The path for an event.
	 * @throws InvalidEventException when the event has no value for a part of it
	 */
	String expand(JsonNode event) {
		StringBuilder path = new StringBuilder();
		for (Part part : this.parts) {
			path.append(switch (part) {
				case Part.Fixed(String text) -> text;
				case Part.Value(JsonPointer pointer) -> segment(event, pointer);
			});
		}
		return path.toString();
	}

	private static String segment(JsonNode event, JsonPointer pointer) {
		JsonNode value = event.at(pointer);
		String text = value.isValueNode() ? value.asString() : "";
		if (text.isEmpty() || text.equals(".") || text.equals("..")) {
			throw new InvalidEventException("The event has no " + pointer + " that can be a part of a path");
		}
		return UriUtils.encodePathSegment(text, StandardCharsets.UTF_8);
	}

	private sealed interface Part {

		record Fixed(String text) implements Part {
		}

		record Value(JsonPointer pointer) implements Part {
		}

	}

}
