package io.doab.stream.rest;

import java.net.URI;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.doab.stream.Event;

import jakarta.servlet.http.HttpServletRequest;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * What a CloudEvent says about itself, in structured mode (members of a JSON object) or
 * in binary mode (headers named {@code ce-…}): CloudEvents 1.0, HTTP protocol binding.
 *
 * @param id with its source the identity of the event
 * @param traceParent null also where there is one that is not of the form of W3C Trace
 * Context: such a one is passed over, as it says
 */
record CloudEventAttributes(String id, URI source, String type, @Nullable OffsetDateTime time,
		@Nullable String traceParent) {

	private static final String HEADER_PREFIX = "ce-";

	private static final int MAX_LENGTH = 256;

	private static final Pattern TRACE_PARENT = Pattern
		.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

	static boolean inHeaders(HttpServletRequest request) {
		return request.getHeader(HEADER_PREFIX + "specversion") != null;
	}

	/**
	 * Reads the headers of binary mode.
	 * @throws RequestProblem 422 when one is missing or wrong
	 */
	static CloudEventAttributes ofHeaders(HttpServletRequest request) {
		return read((name) -> {
			String value = request.getHeader(HEADER_PREFIX + name);
			return (value != null) ? CloudEventHeader.decode(value) : null;
		}, "");
	}

	/**
	 * Reads the members of structured mode.
	 * @throws RequestProblem 422 when one is missing or wrong
	 */
	static CloudEventAttributes ofMembers(JsonNode event) {
		if (!event.isObject()) {
			throw RequestProblem.invalid(List.of(new FieldProblem("", "must be a JSON object")));
		}
		return read((name) -> event.path(name).isString() ? event.path(name).stringValue() : null, "/");
	}

	private static CloudEventAttributes read(Function<String, @Nullable String> attribute, String prefix) {
		List<FieldProblem> problems = new ArrayList<>();
		Map<String, String> values = new TreeMap<>();
		for (String name : List.of("specversion", "id", "source", "type")) {
			String value = attribute.apply(name);
			if (value == null || value.isBlank() || value.length() > MAX_LENGTH) {
				problems.add(new FieldProblem(prefix + name, "must be a string of 1 to " + MAX_LENGTH + " characters"));
			}
			else {
				values.put(name, value);
			}
		}
		if (!"1.0".equals(values.getOrDefault("specversion", "1.0"))) {
			problems.add(new FieldProblem(prefix + "specversion", "must be 1.0"));
		}
		URI source = uri(values.getOrDefault("source", "urn:none"), prefix, problems);
		OffsetDateTime time = time(attribute.apply("time"), prefix, problems);
		if (!problems.isEmpty()) {
			throw RequestProblem.invalid(problems);
		}
		return new CloudEventAttributes(values.getOrDefault("id", ""), source, values.getOrDefault("type", ""), time,
				traceParent(attribute.apply("traceparent")));
	}

	private static URI uri(String text, String prefix, List<FieldProblem> problems) {
		try {
			return URI.create(text);
		}
		catch (IllegalArgumentException ex) {
			problems.add(new FieldProblem(prefix + "source", "must be a URI"));
			return URI.create("urn:none");
		}
	}

	private static @Nullable OffsetDateTime time(@Nullable String text, String prefix, List<FieldProblem> problems) {
		if (text == null) {
			return null;
		}
		try {
			return OffsetDateTime.parse(text);
		}
		catch (DateTimeException ex) {
			problems.add(new FieldProblem(prefix + "time", "must be a time such as 2026-01-31T12:00:00Z"));
			return null;
		}
	}

	private static @Nullable String traceParent(@Nullable String text) {
		return (text != null && TRACE_PARENT.matcher(text).matches()) ? text : null;
	}

	/** The event with what was said of it. */
	Event<?> applyTo(Event<?> event) {
		Event<?> described = event.withSource(this.source);
		if (this.time != null) {
			described = described.withTime(this.time.toInstant());
		}
		return (this.traceParent != null) ? described.withHeader("traceparent", this.traceParent) : described;
	}

}
