package io.doab.destinations.webhook;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

import io.doab.destinations.webhook.call.CallOutcome;
import io.doab.destinations.webhook.call.EndpointRules;
import io.doab.destinations.webhook.call.RefusedEndpointException;
import io.doab.destinations.webhook.call.SigningSecret;
import io.doab.destinations.webhook.call.WebhookCall;
import io.doab.destinations.webhook.call.WebhookCalls;
import io.doab.stream.rest.FieldProblem;
import io.doab.stream.rest.RequestProblem;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * What subscribers do: subscribe, change, test, resume. Says field by field what is wrong
 * ({@link RequestProblem}).
 */
final class SubscriptionService {

	private static final int MAX_TEXT = 200;

	private final Subscriptions subscriptions;

	private final DeliveryTable table;

	private final Deliveries deliveries;

	private final WebhookCalls calls;

	private final EndpointRules rules;

	private final WebhookProperties properties;

	private final Clock clock;

	SubscriptionService(Subscriptions subscriptions, DeliveryTable table, Deliveries deliveries, WebhookCalls calls,
			EndpointRules rules, WebhookProperties properties, Clock clock) {
		this.subscriptions = subscriptions;
		this.table = table;
		this.deliveries = deliveries;
		this.calls = calls;
		this.rules = rules;
		this.properties = properties;
		this.clock = clock;
	}

	Subscription create(SubscriptionRequest request) {
		List<FieldProblem> problems = new ArrayList<>();
		SigningSecret secret = secret(request.secret(), "/secret", problems);
		SubscriptionTerms terms = terms(request, problems);
		Instant now = this.clock.instant();
		EndpointState state = request.enabledOrDefault() ? EndpointState.active(now) : disabled(now);
		Subscription subscription = new Subscription(UUID.randomUUID().toString(), terms, SigningSecrets.of(secret),
				state, now, now, 1);
		if (!this.subscriptions.add(subscription, this.properties.maxSubscriptions())) {
			throw RequestProblem.contradictory("There are " + this.properties.maxSubscriptions()
					+ " subscriptions, which is the limit: delete one, or raise " + WebhookProperties.PREFIX
					+ ".max-subscriptions");
		}
		return subscription;
	}

	List<Subscription> all() {
		this.subscriptions.refresh();
		return List.copyOf(this.subscriptions.all());
	}

	Subscription find(String id) {
		return this.subscriptions.find(id).orElseThrow(SubscriptionService::unknown);
	}

	SubscriptionView view(String id) {
		Subscription subscription = find(id);
		return SubscriptionView.withCounts(subscription, this.table.count(id, DeliveryStatus.WAITING),
				this.table.count(id, DeliveryStatus.DEAD));
	}

	/** Gives a subscription other terms, and enables or disables it. */
	Subscription change(String id, SubscriptionRequest request) {
		if (request.secret() != null) {
			throw RequestProblem.invalid(List.of(new FieldProblem("/secret",
					"cannot be changed here: POST …/secret makes a new one while the former stays valid for a time")));
		}
		SubscriptionTerms terms = terms(request, new ArrayList<>());
		Instant now = this.clock.instant();
		Subscription changed = update(id, (subscription) -> subscription.with(terms)
			.with(enabled(subscription, request.enabledOrDefault(), now)));
		this.deliveries.wake(List.of(id));
		return changed;
	}

	private static EndpointState enabled(Subscription subscription, boolean enabled, Instant now) {
		if (enabled == !subscription.isDisabled()) {
			return subscription.state();
		}
		return enabled ? EndpointState.active(now) : disabled(now);
	}

	private static EndpointState disabled(Instant now) {
		return EndpointState.disabled("disabled by the subscriber", now);
	}

	/** Makes a subscription active, and all its waiting deliveries due. */
	Subscription resume(String id) {
		Instant now = this.clock.instant();
		Subscription resumed = update(id, (subscription) -> subscription.with(EndpointState.active(now)));
		this.table.hurry(id, now);
		this.deliveries.wake(List.of(id));
		return resumed;
	}

	/** Gives a subscription a new secret; the former stays valid beside it for a time. */
	Subscription rotate(String id, @Nullable String secret) {
		List<FieldProblem> problems = new ArrayList<>();
		SigningSecret next = secret(secret, "/secret", problems);
		if (!problems.isEmpty()) {
			throw RequestProblem.invalid(problems);
		}
		Instant until = this.clock.instant().plus(this.properties.secretOverlap());
		return update(id, (subscription) -> subscription.with(subscription.secrets().rotated(next, until)));
	}

	void remove(String id) {
		if (!this.subscriptions.remove(id)) {
			throw unknown();
		}
	}

	/** Sends a test event and waits for its end. It is not tried again. */
	CallOutcome test(String id) {
		Subscription subscription = find(id);
		Instant now = this.clock.instant();
		byte[] body = """
				{"type":"webhook.test","timestamp":"%s","data":{"subscription":"%s"}}""".formatted(now, id)
			.getBytes(StandardCharsets.UTF_8);
		return this.calls.call(new WebhookCall(subscription.terms().url(), "msg_" + UUID.randomUUID(), body,
				subscription.secrets().valid(now)));
	}

	List<DeliveryReport> deliveries(String id, DeliveryStatus status, int limit) {
		find(id);
		return this.table.reports(id, status, limit);
	}

	/**
	 * Lets dead deliveries wait again.
	 * @param webhook the one, or null for all
	 * @return how many
	 */
	int revive(String id, @Nullable String webhook) {
		find(id);
		int revived = this.table.revive(id, webhook, this.clock.instant());
		if (webhook != null && revived == 0) {
			throw RequestProblem.notFound("There is no dead delivery of that webhook-id: GET …/deliveries?status=dead"
					+ " lists those that there are");
		}
		this.deliveries.wake(List.of(id));
		return revived;
	}

	private Subscription update(String id, UnaryOperator<Subscription> change) {
		return this.subscriptions.update(id, change).orElseThrow(SubscriptionService::unknown);
	}

	private static RequestProblem unknown() {
		return RequestProblem.notFound("There is no subscription of that id");
	}

	private static SigningSecret secret(@Nullable String text, String pointer, List<FieldProblem> problems) {
		try {
			return (text != null) ? SigningSecret.parse(text) : SigningSecret.random();
		}
		catch (IllegalArgumentException ex) {
			problems.add(new FieldProblem(pointer, String.valueOf(ex.getMessage())));
			return SigningSecret.random();
		}
	}

	private SubscriptionTerms terms(SubscriptionRequest request, List<FieldProblem> problems) {
		List<DataCondition> filter = new ArrayList<>();
		for (int i = 0; i < request.conditions().size(); i++) {
			SubscriptionRequest.Condition condition = request.conditions().get(i);
			for (int j = 0; j < condition.in().size(); j++) {
				if (!isPlain(condition.in().get(j))) {
					problems.add(new FieldProblem("/filter/" + i + "/in/" + j,
							"must be true, false, a number or a text" + " of at most " + MAX_TEXT + " characters"));
				}
			}
			filter.add(new DataCondition(condition.field(), condition.in()));
		}
		@Nullable URI url = url(request.url(), problems);
		if (url == null || !problems.isEmpty()) {
			throw RequestProblem.invalid(problems);
		}
		return new SubscriptionTerms(url, request.description(),
				request.eventTypes().stream().map(EventTypePattern::new).toList(), filter, request.orderedOrDefault());
	}

	private @Nullable URI url(String text, List<FieldProblem> problems) {
		try {
			return this.rules.require(text);
		}
		catch (RefusedEndpointException ex) {
			problems.add(new FieldProblem("/url", String.valueOf(ex.getMessage())));
			return null;
		}
	}

	/** A number whose digits could be written out, not one such as 1e999999. */
	private static boolean isPlain(JsonNode value) {
		return value.isBoolean() || (value.isString() && value.stringValue().length() <= MAX_TEXT)
				|| (value.isNumber() && value.decimalValueOpt()
					.filter((number) -> Math.abs(number.scale()) <= MAX_TEXT && number.precision() <= MAX_TEXT)
					.isPresent());
	}

}
