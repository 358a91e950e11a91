package io.doab.destinations.webhook;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.Size;

import io.doab.destinations.webhook.call.CallOutcome;
import io.doab.stream.jdbc.JdbcOutages;
import io.doab.stream.rest.BoundedBody;
import io.doab.stream.rest.JsonBodies;
import io.doab.stream.rest.RequestProblem;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Conditional;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The door for subscribers. */
@RestController
@Conditional(OnWebhookKey.class)
@RequestMapping("/webhooks/subscriptions")
class SubscriptionController {

	private static final int MAX_BODY_BYTES = 64 * 1_024;

	private static final int MAX_REPORTS = 500;

	private static final String MERGE_PATCH = "application/merge-patch+json";

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private final JsonMapper json = JsonMapper.builder().build();

	private final SubscriptionService service;

	private final JsonBodies bodies;

	SubscriptionController(SubscriptionService service, JsonBodies bodies) {
		this.service = service;
		this.bodies = bodies;
	}

	@PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<SubscriptionView> create(HttpServletRequest request) throws IOException {
		SubscriptionRequest body = this.bodies.read(body(request), SubscriptionRequest.class);
		Subscription created = database(() -> this.service.create(body));
		return ResponseEntity.status(HttpStatus.CREATED)
			.header("Location", "/webhooks/subscriptions/" + created.id())
			.contentType(MediaType.APPLICATION_JSON)
			.body(SubscriptionView.withSecret(created));
	}

	@GetMapping
	ResponseEntity<Map<String, List<SubscriptionView>>> list() {
		return json(Map.of("subscriptions", database(this.service::all).stream().map(SubscriptionView::of).toList()));
	}

	@GetMapping("/{id}")
	ResponseEntity<SubscriptionView> get(@PathVariable String id) {
		return json(database(() -> this.service.view(id)));
	}

	@PutMapping(path = "/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<SubscriptionView> put(@PathVariable String id, HttpServletRequest request) throws IOException {
		SubscriptionRequest body = this.bodies.read(body(request), SubscriptionRequest.class);
		return json(SubscriptionView.of(database(() -> this.service.change(id, body))));
	}

	/** What is absent stays; null takes away what need not be there (RFC 7396). */
	@PatchMapping(path = "/{id}", consumes = { MERGE_PATCH, MediaType.APPLICATION_JSON_VALUE })
	ResponseEntity<SubscriptionView> patch(@PathVariable String id, HttpServletRequest request) throws IOException {
		JsonNode patch = this.bodies.parse(body(request));
		if (!(patch instanceof ObjectNode changes)) {
			throw RequestProblem.malformed("The body must be a JSON object with the fields to change");
		}
		Subscription present = database(() -> this.service.find(id));
		ObjectNode merged = this.json.valueToTree(SubscriptionRequest.of(present));
		changes.properties().forEach((field) -> {
			if (field.getValue().isNull()) {
				merged.remove(field.getKey());
			}
			else {
				merged.set(field.getKey(), field.getValue());
			}
		});
		SubscriptionRequest body = this.bodies.bind(merged, SubscriptionRequest.class, "");
		return json(SubscriptionView.of(database(() -> this.service.change(id, body))));
	}

	@DeleteMapping("/{id}")
	ResponseEntity<Void> delete(@PathVariable String id) {
		database(() -> {
			this.service.remove(id);
			return id;
		});
		return ResponseEntity.noContent().build();
	}

	@PostMapping("/{id}/resume")
	ResponseEntity<SubscriptionView> resume(@PathVariable String id) {
		return json(SubscriptionView.of(database(() -> this.service.resume(id))));
	}

	@PostMapping("/{id}/secret")
	ResponseEntity<SubscriptionView> rotate(@PathVariable String id, HttpServletRequest request) throws IOException {
		byte[] bytes = body(request);
		NewSecret body = (bytes.length > 0) ? this.bodies.read(bytes, NewSecret.class) : new NewSecret(null);
		return json(SubscriptionView.withSecret(database(() -> this.service.rotate(id, body.secret()))));
	}

	@PostMapping("/{id}/test")
	ResponseEntity<TestResult> test(@PathVariable String id) {
		return json(TestResult.of(database(() -> this.service.test(id))));
	}

	@GetMapping("/{id}/deliveries")
	ResponseEntity<Map<String, List<DeliveryReport>>> deliveries(@PathVariable String id,
			@RequestParam(defaultValue = "dead") String status, @RequestParam(defaultValue = "100") int limit) {
		DeliveryStatus wanted = List.of(DeliveryStatus.values())
			.stream()
			.filter((one) -> one.text().equals(status))
			.findFirst()
			.orElseThrow(() -> RequestProblem.malformed("status must be waiting, delivered or dead"));
		if (limit < 1 || limit > MAX_REPORTS) {
			throw RequestProblem.malformed("limit must be 1 to " + MAX_REPORTS);
		}
		return json(Map.of("deliveries", database(() -> this.service.deliveries(id, wanted, limit))));
	}

	@PostMapping("/{id}/deliveries/retry")
	ResponseEntity<Map<String, Integer>> retryAll(@PathVariable String id) {
		return json(Map.of("retried", database(() -> this.service.revive(id, null))));
	}

	@PostMapping("/{id}/deliveries/{webhook}/retry")
	ResponseEntity<Map<String, Integer>> retry(@PathVariable String id, @PathVariable String webhook) {
		return json(Map.of("retried", database(() -> this.service.revive(id, webhook))));
	}

	private static byte[] body(HttpServletRequest request) throws IOException {
		return BoundedBody.read(request, MAX_BODY_BYTES);
	}

	private static <R> R database(Supplier<R> request) {
		try {
			return request.get();
		}
		catch (DataAccessException | TransactionException ex) {
			if (!JdbcOutages.isOutage(ex)) {
				throw ex;
			}
			throw RequestProblem.unavailable(
					"The subscriptions cannot be reached. Send it again after the time in Retry-After", RETRY_AFTER);
		}
	}

	/** In JSON whatever the client would like better. */
	private static <R> ResponseEntity<R> json(R answer) {
		return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(answer);
	}

	/** The body of {@code POST …/secret}, which need have none. */
	record NewSecret(@Nullable @Size(max = 200) String secret) {
	}

	/** What became of a test event. */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record TestResult(boolean delivered, @Nullable Integer status, @Nullable String reason, long tookMillis) {

		static TestResult of(CallOutcome outcome) {
			@Nullable String reason = switch (outcome) {
				case CallOutcome.Accepted _ -> null;
				case CallOutcome.Gone _ -> "HTTP 410";
				case CallOutcome.Failed failed -> failed.reason();
			};
			return new TestResult(outcome instanceof CallOutcome.Accepted, outcome.status(), reason,
					outcome.took().toMillis());
		}

	}

}
