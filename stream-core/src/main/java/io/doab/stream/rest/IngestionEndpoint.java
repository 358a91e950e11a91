package io.doab.stream.rest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.doab.stream.Event;
import io.doab.stream.EventIds;
import io.doab.stream.EventPublisher;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.Published;
import io.doab.stream.error.InvalidEventException;
import io.doab.stream.spi.IdempotencyWindow;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers the requests of one {@link IngestionRoute}.
 */
final class IngestionEndpoint<T> {

	private static final Logger logger = LoggerFactory.getLogger(IngestionEndpoint.class);

	private static final MediaType NDJSON = MediaType.parseMediaType("application/x-ndjson");

	private static final MediaType CLOUD_EVENT = MediaType.parseMediaType("application/cloudevents+json");

	private static final JsonMapper ANSWERS = JsonMapper.builder().build();

	private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

	private static final int MAX_KEY_LENGTH = 128;

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private final IngestionRoute<T> route;

	private final EventPublisher publisher;

	private final IdempotencyWindow idempotency;

	private final IngestionProperties properties;

	private final JsonBodies bodies;

	private final Fingerprints fingerprints;

	private final LineIntake lineIntake;

	private final Semaphore requests;

	IngestionEndpoint(IngestionRoute<T> route, EventPublisher publisher, IdempotencyWindow idempotency,
			IngestionProperties properties, JsonBodies bodies, Fingerprints fingerprints) {
		this.route = route;
		this.publisher = publisher;
		this.idempotency = idempotency;
		this.properties = properties;
		this.bodies = bodies;
		this.fingerprints = fingerprints;
		this.lineIntake = new LineIntake(maxBytes(), properties.maxLinesInFlight(), properties.storeTimeout());
		this.requests = new Semaphore(properties.maxConcurrentRequests());
	}

	/**
	 * Takes the request's events.
	 * @throws RequestProblem as what the client is told
	 */
	void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
		if (!this.requests.tryAcquire()) {
			throw RequestProblem.tooMany(Duration.ofSeconds(1));
		}
		Object answer;
		try {
			answer = take(request);
		}
		finally {
			this.requests.release();
		}
		accept(answer, response);
	}

	/**
	 * In JSON whatever the client would like better: what is stored is not refused. Told
	 * its length and not flushed, it goes out in one piece with its head.
	 */
	private static void accept(Object answer, HttpServletResponse response) throws IOException {
		byte[] body = ANSWERS.writeValueAsBytes(answer);
		response.setStatus(HttpStatus.ACCEPTED.value());
		response.setContentType(MediaType.APPLICATION_JSON_VALUE);
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

	private Object take(HttpServletRequest request) throws IOException {
		MediaType type = contentType(request);
		@Nullable String key = idempotencyKey(request);
		if (NDJSON.equalsTypeAndSubtype(type)) {
			return lines(request, key, (line) -> this.bodies.read(line, this.route.body()));
		}
		if (MediaType.TEXT_PLAIN.equalsTypeAndSubtype(type) && this.route.lines() != null) {
			Function<String, T> reader = this.route.lines();
			return lines(request, key,
					(line) -> this.bodies.check(reader.apply(new String(line, StandardCharsets.UTF_8))));
		}
		if (CLOUD_EVENT.equalsTypeAndSubtype(type)) {
			JsonNode event = this.bodies.parse(body(request));
			CloudEventAttributes attributes = CloudEventAttributes.ofMembers(event);
			return single(this.bodies.bind(event.path("data"), this.route.body(), "/data"), key, attributes);
		}
		if (MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)) {
			CloudEventAttributes attributes = CloudEventAttributes.inHeaders(request)
					? CloudEventAttributes.ofHeaders(request) : null;
			return single(this.bodies.read(body(request), this.route.body()), key, attributes);
		}
		throw RequestProblem.unsupported("Content-Type must be application/json, application/x-ndjson"
				+ ((this.route.lines() != null) ? ", text/plain" : "") + " or application/cloudevents+json");
	}

	private Accepted single(T body, @Nullable String key, @Nullable CloudEventAttributes attributes) {
		Event<?> event = this.route.mapper().apply(body);
		if (attributes != null) {
			requireSameType(attributes, event);
			event = attributes.applyTo(event);
		}
		if (key != null) {
			event = repeatable(event, EventIds.derive(this.route.stream(), key));
			requireSameBody(key, event);
		}
		else if (attributes != null) {
			event = repeatable(event,
					EventIds.derive(this.route.stream(), attributes.source().toString(), attributes.id()));
		}
		Published published = await(this.publisher.publish(this.route.stream(), event));
		return new Accepted(event.id(), this.route.stream(), position(published));
	}

	private static String position(Published published) {
		int partition = published.partition().partition();
		return (published.position() != null) ? partition + ":" + published.position() : String.valueOf(partition);
	}

	private void requireSameType(CloudEventAttributes attributes, Event<?> event) {
		if (this.route.types().contains(attributes.type()) && !attributes.type().equals(event.type())) {
			throw RequestProblem.invalid(List.of(new FieldProblem("/type",
					"contradicts the data, which ask for " + event.type() + ": send the type that is meant")));
		}
	}

	/**
	 * An event that may come again, under an id that says so: its consumer drops the
	 * second.
	 */
	private static Event<?> repeatable(Event<?> event, String id) {
		return event.withId(id).withHeader(ProcessorDefinition.DEDUPLICATE_HEADER, "true");
	}

	private void requireSameBody(String key, Event<?> event) {
		String fingerprint = this.fingerprints.of(event);
		String holder = await(this.idempotency.claim(this.route.stream() + "/" + EventIds.derive(key), fingerprint,
				this.properties.idempotencyWindow()));
		if (!holder.equals(fingerprint)) {
			throw RequestProblem
				.contradictory("This Idempotency-Key was used with another body. Use a new key for a new event");
		}
	}

	private LineSummary lines(HttpServletRequest request, @Nullable String key, Function<byte[], T> reader)
			throws IOException {
		return this.lineIntake.take(request.getInputStream(), (number, line) -> {
			Event<?> event = this.route.mapper().apply(reader.apply(line));
			if (key != null) {
				event = repeatable(event, EventIds.derive(this.route.stream(), key, String.valueOf(number)));
			}
			return this.publisher.publish(this.route.stream(), event);
		});
	}

	private <R> R await(CompletableFuture<R> answer) {
		try {
			return answer.get(this.properties.storeTimeout().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof InvalidEventException invalid) {
				throw RequestProblem.invalid(List.of(new FieldProblem("", String.valueOf(invalid.getMessage()))));
			}
			logger.debug("An event of {} was not stored", this.route.stream(), ex);
			throw notStored();
		}
		catch (TimeoutException ex) {
			throw notStored();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw notStored();
		}
	}

	private static RequestProblem notStored() {
		return RequestProblem.unavailable("The event is not known to be stored. Send it again after the time in "
				+ "Retry-After, with the same Idempotency-Key if it must count once", RETRY_AFTER);
	}

	private byte[] body(HttpServletRequest request) throws IOException {
		return BoundedBody.read(request, maxBytes());
	}

	private static MediaType contentType(HttpServletRequest request) {
		String header = request.getHeader(HttpHeaders.CONTENT_TYPE);
		if (header == null) {
			throw RequestProblem.unsupported("Content-Type is missing: application/json for one event");
		}
		try {
			return MediaType.parseMediaType(header);
		}
		catch (InvalidMediaTypeException ex) {
			throw RequestProblem.unsupported("Content-Type is no media type: application/json for one event");
		}
	}

	private static @Nullable String idempotencyKey(HttpServletRequest request) {
		String key = request.getHeader(IDEMPOTENCY_KEY);
		if (key != null && (key.isBlank() || key.length() > MAX_KEY_LENGTH)) {
			throw RequestProblem.malformed("Idempotency-Key must have 1 to " + MAX_KEY_LENGTH + " characters");
		}
		return key;
	}

	private int maxBytes() {
		return Math.toIntExact(this.properties.maxEventSize().toBytes());
	}

	/**
	 * The answer to one event.
	 *
	 * @param position partition and position within it; the partition alone when the
	 * acknowledgement is NONE
	 */
	record Accepted(String eventId, String stream, String position) {

	}

}
