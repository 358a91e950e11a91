package io.doab.stream.rest;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/**
 * A request that cannot be answered as it was asked, as problem details (RFC 9457).
 */
public final class RequestProblem extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final HttpStatus status;

	private final transient List<FieldProblem> fields;

	private final @Nullable Duration retryAfter;

	private final transient Map<String, Object> properties = new LinkedHashMap<>();

	private RequestProblem(HttpStatus status, String detail, List<FieldProblem> fields, @Nullable Duration retryAfter) {
		super(detail);
		this.status = status;
		this.fields = List.copyOf(fields);
		this.retryAfter = retryAfter;
	}

	/** The request makes no sense: 400. */
	public static RequestProblem malformed(String detail) {
		return new RequestProblem(HttpStatus.BAD_REQUEST, detail, List.of(), null);
	}

	/** There is no such thing: 404. */
	public static RequestProblem notFound(String detail) {
		return new RequestProblem(HttpStatus.NOT_FOUND, detail, List.of(), null);
	}

	/** The body is larger than what is taken: 413. */
	public static RequestProblem tooLarge(long limit) {
		return new RequestProblem(HttpStatus.CONTENT_TOO_LARGE,
				"The event is larger than " + limit + " bytes. Store the large part elsewhere and send a reference",
				List.of(), null);
	}

	/** The body is of a type that is not taken: 415. */
	public static RequestProblem unsupported(String detail) {
		return new RequestProblem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, detail, List.of(), null);
	}

	/** Fields are wrong: 422. */
	public static RequestProblem invalid(List<FieldProblem> fields) {
		return new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT,
				(fields.size() == 1) ? "One field is invalid" : fields.size() + " fields are invalid", fields, null);
	}

	/** The request contradicts an earlier one: 422. */
	public static RequestProblem contradictory(String detail) {
		return new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, detail, List.of(), null);
	}

	/** Too much at once: 429. */
	public static RequestProblem tooMany(Duration retryAfter) {
		return new RequestProblem(HttpStatus.TOO_MANY_REQUESTS,
				"Too many requests are being served. Send it again after the time in Retry-After", List.of(),
				retryAfter);
	}

	/** The backend cannot store it: 503. */
	public static RequestProblem unavailable(String detail, Duration retryAfter) {
		return new RequestProblem(HttpStatus.SERVICE_UNAVAILABLE, detail, List.of(), retryAfter);
	}

	/** It is not the request's fault: 500. */
	static RequestProblem failed() {
		return new RequestProblem(HttpStatus.INTERNAL_SERVER_ERROR,
				"The request could not be answered. The service's log says where it failed", List.of(), null);
	}

	/** Adds a member to the answer. */
	public RequestProblem with(String name, Object value) {
		this.properties.put(name, value);
		return this;
	}

	public HttpStatus status() {
		return this.status;
	}

	/** What is wrong with fields, if that is the problem. */
	public List<FieldProblem> fields() {
		return this.fields;
	}

	/** The detail and, if there is one, the first field: one line for a list of many. */
	public String summary() {
		return this.fields.isEmpty() ? String.valueOf(getMessage())
				: this.fields.getFirst().pointer() + " " + this.fields.getFirst().detail();
	}

	/** The answer. */
	public ResponseEntity<ProblemDetail> toResponse(String path) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(this.status, String.valueOf(getMessage()));
		problem.setInstance(URI.create(path));
		if (!this.fields.isEmpty()) {
			problem.setProperty("errors", this.fields);
		}
		this.properties.forEach(problem::setProperty);
		ResponseEntity.BodyBuilder response = ResponseEntity.status(this.status)
			.contentType(MediaType.APPLICATION_PROBLEM_JSON);
		if (this.retryAfter != null) {
			response.header(HttpHeaders.RETRY_AFTER, String.valueOf(Math.max(1, this.retryAfter.toSeconds())));
		}
		return response.body(problem);
	}

}
