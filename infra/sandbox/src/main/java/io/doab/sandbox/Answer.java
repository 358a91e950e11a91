package io.doab.sandbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/**
 * What a call is answered.
 *
 * @param status the HTTP status, or 0 for a connection that ends without an answer
 */
record Answer(int status, Map<String, String> headers, byte[] body) {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	static Answer json(int status, Object value) {
		return of(status, "application/json", JSON.writeValueAsBytes(value));
	}

	static Answer html(String page) {
		return of(200, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8))
			.with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
	}

	static Answer problem(int status, String detail) {
		return of(status, "application/problem+json",
				JSON.writeValueAsBytes(Map.of("status", status, "detail", detail)));
	}

	static Answer noContent() {
		return new Answer(204, Map.of(), new byte[0]);
	}

	/** The connection ends. */
	static Answer none() {
		return new Answer(0, Map.of(), new byte[0]);
	}

	/** The status that the sandbox was told to answer with. */
	static Answer told(Behaviour behaviour) {
		Answer answer = problem(behaviour.status(), "The sandbox was told to answer " + behaviour.status());
		Duration retryAfter = behaviour.retryAfter();
		return (retryAfter != null) ? answer.with("Retry-After", String.valueOf(retryAfter.toSeconds())) : answer;
	}

	private static Answer of(int status, String type, byte[] body) {
		return new Answer(status, Map.of("Content-Type", type, "Cache-Control", "no-store"), body);
	}

	/** The same with one more header. */
	Answer with(String header, String value) {
		Map<String, String> more = new LinkedHashMap<>(this.headers);
		more.put(header, value);
		return new Answer(this.status, more, this.body);
	}

}
