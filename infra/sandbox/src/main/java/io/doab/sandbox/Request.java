package io.doab.sandbox;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import com.sun.net.httpserver.HttpExchange;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A call, read to its end.
 *
 * @param headers with names in lower case
 */
record Request(String method, String path, Map<String, String> query, Map<String, String> headers, byte[] body) {

	private static final int MAX_BODY_BYTES = 1024 * 1024;

	private static final int MAX_KEY_CHARS = 256;

	private static final JsonMapper JSON = JsonMapper.builder().build();

	/**
	 * Reads it from the connection.
	 * @throws BadRequest when its body is larger than 1 MiB
	 */
	static Request read(HttpExchange exchange) throws IOException {
		byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
		if (body.length > MAX_BODY_BYTES) {
			throw new BadRequest("The body is larger than " + MAX_BODY_BYTES + " bytes");
		}
		Map<String, String> headers = new TreeMap<>();
		exchange.getRequestHeaders()
			.forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
		return new Request(exchange.getRequestMethod(), exchange.getRequestURI().getPath(),
				parameters(exchange.getRequestURI().getRawQuery()), headers, body);
	}

	@Nullable String header(String name) {
		return this.headers.get(name);
	}

	/**
	 * What makes a repeat of it the same call.
	 * @throws BadRequest when there is none, or it is too long
	 */
	String idempotencyKey() {
		String key = this.headers.getOrDefault("idempotency-key", "");
		if (key.isBlank() || key.length() > MAX_KEY_CHARS) {
			throw new BadRequest("An Idempotency-Key of up to " + MAX_KEY_CHARS + " characters is needed");
		}
		return key;
	}

	boolean is(String aMethod, String aPath) {
		return this.method.equals(aMethod) && this.path.equals(aPath);
	}

	/**
	 * The body as JSON.
	 * @throws BadRequest when it is none
	 */
	JsonNode json() {
		try {
			return JSON.readTree(this.body);
		}
		catch (JacksonException ex) {
			throw new BadRequest("The body is not JSON");
		}
	}

	/** The body as JSON when it is that, else as text. */
	Object jsonOrText() {
		try {
			return JSON.readTree(this.body);
		}
		catch (JacksonException ex) {
			return new String(this.body, StandardCharsets.UTF_8);
		}
	}

	private static Map<String, String> parameters(@Nullable String query) {
		Map<String, String> parameters = new HashMap<>();
		if (query != null) {
			for (String parameter : query.split("&", -1)) {
				String[] parts = parameter.split("=", 2);
				parameters.put(decoded(parts[0]), (parts.length > 1) ? decoded(parts[1]) : "");
			}
		}
		return parameters;
	}

	private static String decoded(String text) {
		try {
			return URLDecoder.decode(text, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw new BadRequest("The query is not encoded as it should be");
		}
	}

}
